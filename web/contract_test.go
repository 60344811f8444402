package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// contract is openapi.yaml, sharpened: what a schema does not name may not be
// there.
type contract struct {
	doc    *openapi3.T
	router routers.Router
	seen   sync.Map // operations that answered with a success
}

func newContract(t *testing.T) *contract {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatalf("openapi.yaml is not valid: %v", err)
	}
	forbid := false
	for name, s := range doc.Components.Schemas {
		if len(s.Value.Properties) > 0 && name != "Problem" {
			s.Value.AdditionalProperties.Has = &forbid
		}
	}
	c := &contract{doc: doc}
	if c.router, err = legacy.NewRouter(doc); err != nil {
		t.Fatal(err)
	}
	return c
}

// check returns a transport that fails the test when an answer of the API is
// not as openapi.yaml says.
func (c *contract) check(t *testing.T) http.RoundTripper {
	base := &http.Transport{}
	t.Cleanup(base.CloseIdleConnections)
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		res, err := base.RoundTrip(req)
		if err != nil || !strings.HasPrefix(req.URL.Path, "/api/") || res.Header.Get("Content-Type") == "text/event-stream" {
			return res, err
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		res.Body = io.NopCloser(bytes.NewReader(body))
		if err == nil {
			c.validate(t, req, res, body)
		}
		return res, err
	})
}

func (c *contract) validate(t *testing.T, req *http.Request, res *http.Response, body []byte) {
	t.Helper()
	plain := req.Clone(req.Context())
	plain.URL = &url.URL{Path: req.URL.Path, RawQuery: req.URL.RawQuery}
	route, params, err := c.router.FindRoute(plain)
	if err != nil {
		if res.StatusCode < 400 && !strings.HasPrefix(req.URL.Path, "/api/v1/openapi.") {
			t.Errorf("%s %s answered %s and is not in openapi.yaml", req.Method, req.URL.Path, res.Status)
		}
		return
	}
	err = openapi3filter.ValidateResponse(req.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: plain, PathParams: params, Route: route},
		Status:                 res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{ExcludeResponseBody: strings.HasPrefix(res.Header.Get("Content-Type"), "text/html")},
	})
	if err != nil {
		t.Errorf("%s %s answered against openapi.yaml: %v\n%s", req.Method, req.URL.Path, err, body)
	}
	if res.StatusCode/100 == 4 && res.StatusCode != http.StatusMethodNotAllowed && route.Operation.Responses.Status(res.StatusCode) == nil {
		t.Errorf("%s %s answered %d, which openapi.yaml does not list for %s", req.Method, req.URL.Path, res.StatusCode, route.Operation.OperationID)
	}
	if res.StatusCode < 400 {
		c.seen.Store(route.Operation.OperationID, true)
	}
}

// event checks the data of one message of the stream.
func (c *contract) event(t *testing.T, data string) {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(data), &v); err != nil {
		t.Errorf("event is not JSON: %v", err)
		return
	}
	if err := c.doc.Components.Schemas["Event"].Value.VisitJSON(v, openapi3.EnableJSONSchema2020()); err != nil {
		t.Errorf("event against openapi.yaml: %v\n%s", err, data)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// The JSON form that is served is that of openapi.yaml.
func TestOpenAPIJSONIsCurrent(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want, err := doc.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(compact.Bytes(), want) {
		t.Error("api/openapi.json is behind openapi.yaml: run go generate ./web")
	}
}
