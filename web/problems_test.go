package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"ctihub/leads"
	"ctihub/web/api"
)

// wantProblem sends a request and returns the problem that answers it.
func wantProblem(t *testing.T, c *http.Client, req *http.Request, status int) api.Problem {
	t.Helper()
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return problemOf(t, res, status)
}

// problemOf checks that an answer is a complete problem of the given status.
func problemOf(t *testing.T, res *http.Response, status int) (p api.Problem) {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	name := res.Request.Method + " " + res.Request.URL.Path
	if res.StatusCode != status {
		t.Errorf("%s: %s %s, want %d", name, res.Status, b, status)
	}
	if ct := res.Header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("%s: %s is %q, want a problem: %s", name, res.Status, ct, b)
		return p
	}
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if p.Status != res.StatusCode || p.Title == "" || p.Detail == "" || p.Code == "" {
		t.Errorf("%s: incomplete problem %s", name, b)
	}
	return p
}

// client returns a client whose connections end with the test.
func (h *streamHub) client(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestProblems(t *testing.T) {
	h := sqliteHub(t)
	r := h.serve("ole", canaryPhone, canaryEmail, canaryName)
	c := h.as("sue")
	for _, x := range []struct {
		method, path, body string
		status             int
		code, field        string
	}{
		{"GET", "/api/v1/nothing", "", 404, codeNotFound, ""},
		{"GET", "/api/", "", 404, codeNotFound, ""},
		{"GET", "/api/v2/leads", "", 404, codeNotFound, ""},
		{"DELETE", "/api/v1/leads", "", 405, codeInvalid, ""},
		{"POST", "/api/v1/leads/" + r.lead, "{}", 405, codeInvalid, ""},
		{"POST", "/api/v1/openapi.yaml", "{}", 404, codeNotFound, ""},
		{"POST", "/healthz", "{}", 405, codeInvalid, ""},
		{"POST", "/", "", 405, codeInvalid, ""},
		{"GET", "/in/nobody", "", 404, codeNotFound, ""},
		{"GET", "/embed/nobody.js", "", 404, codeNotFound, ""},
		{"GET", "/route/nobody", "", 404, codeNotFound, ""},
		{"GET", "/embed/site", "", 404, codeNotFound, ""},
		{"GET", "/assets/gone.js", "", 404, codeNotFound, ""},
		{"GET", "/api/v1/leads?limit=0", "", 400, codeInvalid, "limit"},
		{"GET", "/api/v1/leads?limit=x", "", 400, codeInvalid, "limit"},
		{"GET", "/api/v1/leads?open=perhaps", "", 400, codeInvalid, "open"},
		{"GET", "/api/v1/leads?cursor=rubbish", "", 400, codeInvalid, ""},
		{"GET", "/api/v1/leads?q=%00", "", 400, codeInvalid, "q"},
		{"GET", "/api/v1/leads?q=%ff", "", 400, codeInvalid, "q"},
		{"GET", "/api/v1/leads?q=%zz", "", 400, codeInvalid, ""},
		{"GET", "/api/v1/leads/%00", "", 404, codeNotFound, ""},
		{"GET", "/api/v1/leads/%ff", "", 404, codeNotFound, ""},
		{"GET", "/api/v1/contacts?phone=101", "", 400, codeInvalid, "phone"},
		{"GET", "/api/v1/contacts?email=nobody", "", 400, codeInvalid, "email"},
		{"GET", "/api/v1/calls?since=yesterday", "", 400, codeInvalid, "since"},
		{"GET", "/api/v1/events?types=x", "", 400, codeInvalid, "types"},
		{"PATCH", "/api/v1/contacts/" + r.contact, "{}", 422, codeInvalid, "name"},
		{"PATCH", "/api/v1/contacts/" + r.contact, `{"name":7}`, 400, codeInvalid, "name"},
		{"PATCH", "/api/v1/contacts/" + r.contact, `{"name":"a\u0000b"}`, 422, codeInvalid, "name"},
		{"PATCH", "/api/v1/contacts/" + r.contact, `{"company":"` + strings.Repeat("ж", 201) + `"}`, 422, codeInvalid, "company"},
		{"PATCH", "/api/v1/contacts/" + r.contact, `{"name":`, 400, codeInvalid, ""},
		{"PATCH", "/api/v1/contacts/" + r.contact, `[]`, 400, codeInvalid, ""},
		{"PATCH", "/api/v1/contacts/" + r.contact, `{"name":"` + strings.Repeat("x", 70<<10) + `"}`, 413, codeInvalid, ""},
		{"PATCH", "/api/v1/leads/" + r.lead, `{}`, 422, codeInvalid, "status"},
		{"PATCH", "/api/v1/leads/" + r.lead, `{"status":"lost"}`, 422, codeInvalid, "status"},
		{"PATCH", "/api/v1/leads/" + r.lead, `{"status":"refused"}`, 422, codeInvalid, "refusal"},
		{"PATCH", "/api/v1/leads/" + r.lead, `{"status":"won","refusal":"x"}`, 422, codeInvalid, "refusal"},
		{"PATCH", "/api/v1/leads/" + r.lead, `{"status":"won","manager_id":"me"}`, 422, codeInvalid, "manager_id"},
		{"PATCH", "/api/v1/leads/" + r.lead, `{"manager_id":"no-such-user"}`, 422, codeInvalid, ""},
		{"PUT", "/api/v1/me/presence", `{}`, 400, codeInvalid, "presence"},
		{"PUT", "/api/v1/me/presence", `{"presence":"asleep"}`, 400, codeInvalid, "presence"},
		{"PUT", "/api/v1/demo", `{}`, 400, codeInvalid, "line"},
		{"POST", "/api/v1/session", `{}`, 400, codeInvalid, "login"},
		{"POST", "/api/v1/session", `{"login":"ole"}`, 400, codeInvalid, "password"},
	} {
		p := c.refused(x.status, x.method, x.path, x.body)
		if p.Code != x.code || p.Field != x.field {
			t.Errorf("%s %s %.60s: code %q field %q, want %q %q (%s: %s)", x.method, x.path, x.body, p.Code, p.Field, x.code, x.field, p.Title, p.Detail)
		}
	}
	if res := c.do("DELETE", "/api/v1/leads/"+r.lead, ""); res.Header.Get("Allow") != "GET, PATCH, HEAD" {
		t.Errorf("Allow %q", res.Header.Get("Allow"))
	}
	// A body that hides its length.
	chunked := func(r *http.Request) { r.ContentLength = -1 }
	c.refused(413, "PATCH", "/api/v1/contacts/"+r.contact, `{"name":"`+strings.Repeat("x", 70<<10)+`"}`, chunked)
}

// What openapi.yaml says of a parameter holds.
func TestParametersAreChecked(t *testing.T) {
	h := sqliteHub(t)
	c := h.as("sue")
	tried := 0
	for path, item := range h.contract.doc.Paths.Map() {
		if item.Get == nil {
			continue
		}
		for _, ref := range append(item.Parameters, item.Get.Parameters...) {
			p, s := ref.Value, ref.Value.Schema.Value
			var wrong []string
			if s.Enum != nil {
				wrong = append(wrong, "nonsense")
			}
			if s.MaxLength != nil {
				wrong = append(wrong, strings.Repeat("x", int(*s.MaxLength)+1))
			}
			if s.Min != nil {
				wrong = append(wrong, fmt.Sprint(*s.Min-1))
			}
			if s.Max != nil {
				wrong = append(wrong, fmt.Sprint(*s.Max+1))
			}
			for _, v := range wrong {
				tried++
				if p.In == "path" {
					missing := 404
					switch item.Get.OperationID {
					case "playRecording": // no link fits
						missing = 403
					case "getNumberPlace": // no number
						missing = 400
					}
					c.refused(missing, "GET", strings.Replace(path, "{"+p.Name+"}", v, 1), "")
				} else if got := c.refused(400, "GET", path+"?"+p.Name+"="+v, ""); got.Field != p.Name {
					t.Errorf("%s?%s=%.20s: field %q", path, p.Name, v, got.Field)
				}
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d values were tried", tried)
	}
}

// brokenStore fails as a database does.
type brokenStore struct {
	*eventLog
	err   error
	panic any
}

func (b brokenStore) Ping(context.Context) error { return b.err }
func (b brokenStore) User(context.Context, string) (leads.User, error) {
	if b.panic != nil {
		panic(b.panic)
	}
	return leads.User{}, b.err
}

func (b brokenStore) Users(context.Context, leads.Page) (leads.List[leads.User], error) {
	return leads.List[leads.User]{}, nil
}

func TestEmptyListIsNotNull(t *testing.T) {
	h := newStreamHub(t, func(s *Server) { s.Store.Accounts = brokenStore{eventLog: s.Store.EventLog.(*eventLog)} })
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/api/v1/users", nil)
	req.Header.Set("Authorization", "Bearer "+bossToken)
	res, err := h.client(t).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, _ := io.ReadAll(res.Body); string(b) != `{"items":[],"next":""}`+"\n" {
		t.Errorf("an empty list is %s", b)
	}
}

func TestFailuresOfTheDatabase(t *testing.T) {
	pii := "duplicate key (phone)=(" + canaryPhone + ") of " + canaryEmail + " 8 (916) 123-45-67"
	for name, x := range map[string]struct {
		broken brokenStore
		status int
	}{
		"time-out":         {brokenStore{err: fmt.Errorf("reading: %w", context.DeadlineExceeded)}, 503},
		"refused":          {brokenStore{err: &net.OpError{Op: "dial", Err: errors.New("connection refused")}}, 503},
		"lock time-out":    {brokenStore{err: sqlState("55P03")}, 503},
		"wrong statement":  {brokenStore{err: sqlState("42601")}, 500},
		"unknown":          {brokenStore{err: errors.New(pii)}, 500},
		"panic":            {brokenStore{panic: pii}, 500},
		"error as a panic": {brokenStore{panic: errors.New(pii)}, 500},
		"conflict":         {brokenStore{err: leads.ErrConflict}, 409},
	} {
		t.Run(name, func(t *testing.T) {
			log := &logged{}
			h := newStreamHub(t, func(s *Server) {
				x.broken.eventLog = s.Store.EventLog.(*eventLog)
				s.Store.Accounts, s.Store.Database = x.broken, x.broken
				s.Log = slog.New(slog.NewTextHandler(log, nil))
			})
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/api/v1/users/someone", nil)
			req.Header.Set("Authorization", "Bearer "+bossToken)
			wantProblem(t, h.client(t), req, x.status)
			for _, canary := range []string{canaryPhone[1:], canaryEmail, "123-45-67", bossToken} {
				if strings.Contains(log.String(), canary) {
					t.Errorf("%q is in the log: %s", canary, log)
				}
			}
			if x.status >= 500 && !strings.Contains(log.String(), "level=ERROR") {
				t.Errorf("nothing about it in the log: %s", log)
			}
		})
	}
}

// sqlState is an error as pgx returns it.
type sqlState string

func (s sqlState) Error() string    { return "SQLSTATE " + string(s) }
func (s sqlState) SQLState() string { return string(s) }
