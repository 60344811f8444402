package connectortest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"ctihub/connectors"
)

// inputs returns bytes that no upstream should send and some do.
func inputs() [][]byte {
	noise := make([]byte, 4096)
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same noise every time
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	return [][]byte{
		nil,
		[]byte(" "),
		[]byte("\x00\x00\x00\x00"),
		[]byte("\xff\xfe\xfd"),
		[]byte("null"),
		[]byte("[]"),
		[]byte("{"),
		[]byte("{}"),
		[]byte(`{"type":`),
		[]byte(`{"type":7,"id":{},"phone":[[[]]],"message":{"text":true}}`),
		[]byte(`"just a string"`),
		[]byte("a=%zz&=&&&=x&a[b][c]=\xc0\x80"),
		[]byte("Subject: =?utf-8?b?////?=\r\n\r\n--x\r\n"),
		[]byte("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nunfinished"),
		[]byte(strings.Repeat(`{"a":`, 5_000)),
		[]byte(strings.Repeat("[", 100_000)),
		[]byte(strings.Repeat("x=1&", 50_000)),
		[]byte(`{"phone":"` + strings.Repeat("7", 1_000_000) + `"}`),
		noise,
	}
}

// postGarbage posts the input under every content type that is common, and
// checks that it is refused as the sender's fault, or kept.
func postGarbage(t *testing.T, s *Source, input []byte) {
	t.Helper()
	for _, kind := range []string{
		"", "nonsense; =", "application/json", "application/x-www-form-urlencoded", "text/plain", "application/xml",
		"multipart/form-data", "multipart/form-data; boundary=x", "application/json; charset=klingon",
	} {
		before := s.Inbox.Puts()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/in/"+s.Name, bytes.NewReader(input))
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, r)
		what := fmt.Sprintf("%q of %d bytes %.20q", kind, len(input), input)
		switch {
		case w.Code >= 500:
			t.Errorf("%s was answered with %d, as if it were the hub's fault", what, w.Code)
		case w.Code < 400 && s.Inbox.Puts() == before:
			t.Errorf("%s was acknowledged with %d, but neither stored nor quarantined", what, w.Code)
		}
	}
}

// ownSettings returns the settings of the kind's sample as the connector gets
// them: without the keys that the hub's configuration takes for itself, and
// with secrets in place of the names of their files.
func ownSettings(kind connectors.Kind) (string, error) {
	var sources []map[string]any
	if err := yaml.Unmarshal([]byte(kind.Source.Sample(kind.Name)), &sources); err != nil || len(sources) == 0 {
		return "", fmt.Errorf("the sample must be a YAML list of sources: %w", err)
	}
	s := sources[0]
	if s["kind"] != kind.Name {
		return "", fmt.Errorf("the sample's kind is %v, want %s", s["kind"], kind.Name)
	}
	for _, k := range []string{"name", "kind", "team", "demo"} {
		delete(s, k)
	}
	b, err := yaml.Marshal(withSecrets(s))
	return string(b), err
}

// withSecrets puts secrets in place of the names of their files, however deep
// they lie.
func withSecrets(v any) any {
	switch v := v.(type) {
	case map[string]any:
		all := make(map[string]any, len(v))
		for k, inner := range v {
			all[strings.TrimSuffix(k, "_file")] = withSecrets(inner)
		}
		return all
	case []any:
		for i := range v {
			v[i] = withSecrets(v[i])
		}
	}
	return v
}
