package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// requestInfo holds what the log and the metrics need of a request.
type requestInfo struct {
	address string                   // of the client, for throttling
	ip      netip.Addr               // of the client, invalid if unknown
	cookie  func(name string) string // value of a cookie, empty if there is none
	leave   func()                   // ends the count of the client's address, see admitAddress
	route   string                   // pattern that matched, "GET /api/v1/leads/{id}"
	user    string                   // id, empty for none
}

type requestInfoKey struct{}

// requestInfoOf returns the requestInfo of a request that came through ServeHTTP.
func requestInfoOf(ctx context.Context) *requestInfo {
	if v, ok := ctx.Value(requestInfoKey{}).(*requestInfo); ok {
		return v
	}
	return &requestInfo{}
}

// statusRecorder records the status of the answer. Flushing and deadlines reach the connection
// through Unwrap.
type statusRecorder struct {
	http.ResponseWriter
	status int        // 0: nothing yet
	body   *pacedBody // nil: the request has none
}

func (a *statusRecorder) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *statusRecorder) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *statusRecorder) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

// metrics are the server's own. No label names a person.
type metrics struct {
	requests *prometheus.HistogramVec // seconds by route, method and status
	streams  prometheus.Gauge
	refused  *prometheus.CounterVec // by reason
}

func newMetrics(r *prometheus.Registry) metrics {
	m := metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "ctihub_http_request_seconds", Help: "Time to answer, event streams excepted.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"route", "method", "status"}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "ctihub_event_streams", Help: "Open event streams.",
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ctihub_http_refused_total", Help: "What was refused or cut to protect the hub, by reason (connections, requests, streams, slow, host).",
		}, []string{"reason"}),
	}
	for _, reason := range []string{"connections", "requests", "streams", "slow", "host"} {
		m.refused.WithLabelValues(reason)
	}
	r.MustRegister(m.requests, m.streams, m.refused)
	return m
}

// observe runs next; afterwards it logs and counts the request. A panic
// becomes a problem, unless the answer had begun.
func (s *Server) observe(w http.ResponseWriter, r *http.Request, next http.HandlerFunc) {
	began := time.Now()
	v := &requestInfo{address: s.clientAddress(r), ip: s.clientIP(r), cookie: cookieOf(r)}
	r = r.WithContext(context.WithValue(r.Context(), requestInfoKey{}, v))
	a := &statusRecorder{ResponseWriter: w}
	if r.Body != nil && r.Body != http.NoBody {
		a.body = newPacedBody(w, r.Body, s.pace, s.metrics.refused.WithLabelValues("slow").Inc)
		r.Body = a.body
	}
	defer func() {
		cause := recover()
		err, _ := cause.(error)
		aborted := errors.Is(err, http.ErrAbortHandler)
		if cause != nil && !aborted {
			s.Log.ErrorContext(r.Context(), "panic while answering", "route", routeOf(v, r), "panic", describePanic(cause),
				"stack", string(debug.Stack()))
			if a.status == 0 {
				errInternal.write(a)
			} else {
				aborted = true // the client must not take half an answer for a whole one
			}
		}
		s.record(r, v, a.status, time.Since(began))
		if aborted {
			panic(http.ErrAbortHandler)
		}
	}()
	if !s.admitAddress(v) {
		errManyRequests.write(a)
		return
	}
	defer v.leave()
	next(a, r)
}

func cookieOf(r *http.Request) func(string) string {
	return func(name string) string {
		if c, err := r.Cookie(name); err == nil {
			return c.Value
		}
		return ""
	}
}

// describePanic returns the type of a panic. Its text may quote personal data, except for the
// Go runtime's own.
func describePanic(cause any) string {
	if err, ok := cause.(runtime.Error); ok {
		return redact(err.Error())
	}
	return fmt.Sprintf("%T", cause)
}

func routeOf(v *requestInfo, r *http.Request) string {
	if v.route != "" {
		return v.route
	}
	return r.Pattern
}

// record logs and counts one answered request. The route is a pattern and
// never the path, which may hold ids, and never the query.
func (s *Server) record(r *http.Request, v *requestInfo, status int, took time.Duration) {
	route := routeOf(v, r)
	if status == 0 {
		status = http.StatusOK
	}
	_, path, ok := strings.Cut(route, " ")
	if !ok {
		path = route
	}
	if route != eventsRoute {
		s.metrics.requests.WithLabelValues(path, method(r), strconv.Itoa(status)).Observe(took.Seconds())
	}
	level := slog.LevelInfo
	if status < 400 && !strings.HasPrefix(path, "/api/") {
		level = slog.LevelDebug // probes, assets and sources: many, and logged elsewhere
	}
	s.Log.LogAttrs(r.Context(), level, "request", slog.String("method", method(r)), slog.String("route", path),
		slog.Int("status", status), slog.Int64("ms", took.Milliseconds()), slog.String("user", v.user))
}

// method returns a request's method, or "other" for an unknown one, so that a client cannot
// create labels.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}
