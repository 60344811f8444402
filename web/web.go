// Package web is the hub's HTTP server: the API of openapi.yaml, the live
// stream, sessions, the workplace's files, and the addresses at which sources
// receive.
//
// Every route under /api/v1 answers for one viewer, and storage restricts each query to what the
// viewer may see; this package authenticates the viewer.
//
// A change of the password ends all sessions of the user. Only the session that changed it goes
// on, under a new id. API tokens stay valid unless they are revoked with it.
//
// A link to a recording is signed with the secret of the session or token that asked for it. It
// ends with that, and in any case after 5 minutes. Every request checks the rights to the call.
//
// A live stream is closed within a second of a change of role, team, password or token; its
// reader reconnects with the new rights. In the browser a shared worker
// (ui/src/live) holds the one stream of all tabs. It begins after the event that the
// session named, so that a page reads everything once and misses nothing.
package web

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"ctihub/leads"
	"ctihub/leads/calls"
	"ctihub/leads/companies"
	"ctihub/leads/contacts"
	"ctihub/leads/facts"
	"ctihub/leads/fields"
	"ctihub/leads/handover"
	"ctihub/leads/people"
	"ctihub/leads/pipeline"
	"ctihub/leads/replies"
	"ctihub/leads/tasks"
	"ctihub/leads/views"
	"ctihub/leads/worklist"
	"ctihub/web/api"
)

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config api/oapi-codegen.yaml openapi.yaml
//go:generate go run api/tojson.go

// Options is what the server is made of. Store, the services, Intake, Feed, Sources, Sounds,
// Attachments, Log, Metrics and Now are required.
type Options struct {
	Store       Store
	Contacts    *contacts.Service
	Companies   *companies.Service
	Facts       *facts.Service
	Pipeline    *pipeline.Service
	Fields      *fields.Service
	Replies     *replies.Service
	Templates   *replies.Templates
	Tasks       *tasks.Service
	Views       *views.Service
	Worklist    *worklist.Service
	Calls       *calls.Service
	People      *people.Service
	Links       *people.Links
	HandOvers   *handover.Service
	Intake      Intake
	Feed        Feed
	Sources     Sources
	Sounds      Sounds
	Attachments Attachments
	Demo        Demo                 // nil: not a demo
	UI          fs.FS                // the built workplace with index.html at its root; nil or empty: a page that says how to build it
	Metrics     *prometheus.Registry // served at /metrics
	Log         *slog.Logger
	Now         func() time.Time

	PublicURL      string         // address under which browsers reach the hub; https makes the cookie Secure
	Region         string         // ISO 3166-1 alpha-2, for national phone numbers in filters
	Version        string         // shown in the workplace
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	Limits         Limits         // of one client or user
	Hosts          []string       // lowercase names under which browsers open the workplace; empty: any
	Scrapers       Scrapers       // who may read /metrics beside this machine
	Hub            string         // name of this hub
	MinFree        uint64         // bytes that must be free on the disk; 0: not checked
	// FreeDisk, if set, returns the free bytes.
	FreeDisk func() (uint64, error)
	Sinks    []leads.SinkRule // as configured
	// OnReplay, if set, is called when a delivery may be tried again. It must
	// not block.
	OnReplay func()
	Uploads  Uploads // nil: replies have no attachments
}

// Demo is the demo office behind `serve --demo`.
type Demo interface {
	State() api.Demo
	// SetLine switches the simulated phone line on or off.
	SetLine(on bool)
}

// Server answers every HTTP request of the hub.
type Server struct {
	Options
	mux      *http.ServeMux
	api      *http.ServeMux // /api/v1, behind serveAPI
	csrf     *http.CrossOriginProtection
	sessions *scs.SessionManager
	signIns  *signIns
	metrics  metrics
	rights   rights
	probe    probe
	csp      string

	closing context.Context // ends when open streams must end
	close   context.CancelFunc
	stream  streamTiming
	pace    pace

	requests  *concurrency // being answered, by address of the client
	streams   *concurrency // open event streams, by user
	uploading *concurrency // files on their way, by user
	limitLog  *rate.Sometimes
}

// New returns the server. It panics if the registry already has its metrics.
func New(o Options) *Server {
	s := &Server{
		Options: o, mux: http.NewServeMux(), api: http.NewServeMux(),
		csrf:      http.NewCrossOriginProtection(),
		sessions:  newSessions(o.Store.SessionStore, o.PublicURL),
		signIns:   newSignIns(o.Now),
		metrics:   newMetrics(o.Metrics),
		stream:    defaultStreamTiming,
		pace:      defaultPace,
		requests:  newConcurrency(o.Limits.RequestsPerAddress),
		streams:   newConcurrency(o.Limits.StreamsPerUser),
		uploading: newConcurrency(uploadsAtOnce),
		limitLog:  newLimitLog(),
	}
	s.signIns.register(o.Metrics)
	s.closing, s.close = context.WithCancel(context.Background())
	if o.PublicURL != "" {
		// Behind a proxy that rewrites Host, the public address is still ours.
		if err := s.csrf.AddTrustedOrigin(strings.TrimSuffix(o.PublicURL, "/")); err != nil {
			o.Log.Warn("public_url is not an origin; browsers may be refused behind a proxy", "error", err)
		}
	}
	workplace := newUI(o.UI)
	s.csp = workplace.csp()
	s.routes(workplace)
	return s
}

func (s *Server) routes(workplace *ui) {
	strict := api.NewStrictHandlerWithOptions(operations{s}, nil, api.StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  func(w http.ResponseWriter, r *http.Request, err error) { s.fail(w, r, badBody(err)) },
		ResponseErrorHandlerFunc: s.fail,
	})
	api.HandlerWithOptions(strict, api.StdHTTPServerOptions{
		BaseRouter:       s.api,
		ErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) { s.fail(w, r, badParameter(err)) },
	})
	s.api.HandleFunc(eventsRoute, s.streamEvents)
	s.api.HandleFunc(soundRoute, s.playRecording)
	s.api.HandleFunc(uploadRoute, s.uploadFile)
	s.api.HandleFunc(htmlRoute, s.showFormatted)
	s.api.HandleFunc(attachmentRoute, s.serveAttachment)

	s.mux.HandleFunc("/api/", s.serveAPI)
	s.mux.Handle("GET /api/v1/openapi.yaml", document("application/yaml", openAPIYAML))
	s.mux.Handle("GET /api/v1/openapi.json", document("application/json", openAPIJSON))
	s.mux.HandleFunc("/in/{source}", s.receive)
	s.mux.HandleFunc("/in/{source}/{rest...}", s.receive)
	s.mux.HandleFunc("/embed/{script}", s.embed)
	s.mux.HandleFunc("/route/{source}", s.route)
	s.mux.HandleFunc("GET /healthz", s.healthz)
	s.mux.HandleFunc("GET /readyz", s.readyz)
	s.mux.HandleFunc("GET /metrics", s.serveMetrics())
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if err := workplace.serve(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// ServeHTTP answers one request: it logs and counts it, and recovers from panics.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.observe(w, r, func(w http.ResponseWriter, r *http.Request) {
		s.secure(w, r)
		if !s.isAllowedHost(r) {
			s.refuseHost(w, r)
			return
		}
		s.mux.ServeHTTP(w, r)
	})
}

// CloseStreams ends every open event stream, so that a server can shut down;
// use it with [http.Server.RegisterOnShutdown].
func (s *Server) CloseStreams() { s.close() }

// receive passes a request to the source in its path. RemoteAddr is the client's address behind
// trusted proxies, without a port.
func (s *Server) receive(w http.ResponseWriter, r *http.Request) {
	if h := s.Sources.Receiver(r.PathValue("source")); h != nil {
		from := *r
		from.RemoteAddr = s.clientAddress(r)
		h.ServeHTTP(w, &from)
		return
	}
	s.fail(w, r, errNoRoute)
}

// route answers an exchange that asks which extension a call should ring.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	if h := s.Sources.Route(r.PathValue("source")); h != nil {
		h.ServeHTTP(w, r)
		return
	}
	s.fail(w, r, errNoRoute)
}

// embed serves the script by which a website embeds a source.
func (s *Server) embed(w http.ResponseWriter, r *http.Request) {
	if name, ok := strings.CutSuffix(r.PathValue("script"), ".js"); ok {
		if h := s.Sources.Embed(name); h != nil {
			h.ServeHTTP(w, r)
			return
		}
	}
	s.fail(w, r, errNoRoute)
}
