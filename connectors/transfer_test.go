package connectors

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"ctihub/leads"
)

func TestOnlyTheVendorIsAsked(t *testing.T) {
	own, _ := url.Parse("http://127.0.0.1:8080/method")
	tr := Transfer{Vendor: "V", Hosts: []string{"vk.com", "userapi.com"}, Also: own}
	for address, want := range map[string]bool{
		"https://vk.com/x": true, "https://sun1-2.userapi.com/a?b": true, "https://SUN1.UserAPI.com./a": true, "https://vk.com:443/": true,
		"http://127.0.0.1:8080/file": true, "http://vk.com/x": false, "https://vk.com:8443/": false, "https://evilvk.com/": false,
		"https://vk.com.evil.example/": false, "https://user@vk.com/": false, "https://vk.com@evil.example/": false, "https://127.0.0.1/": false,
		"https://127.0.0.1:8080/": false, "http://127.0.0.1:8081/": false, "http://169.254.169.254/": false, "file:///etc/passwd": false,
		"//vk.com/x": false, "https:///x": false, "https://[::1]/": false, "ftp://vk.com/": false, "https://xn--vk-com/": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := tr.Allowed(u); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}

// shelf keeps one file in memory.
type shelf struct {
	content []byte
	fail    error
}

func (s *shelf) Keep(_ context.Context, _ string, _ int, name string, content io.Reader) (leads.Attachment, error) {
	b, err := io.ReadAll(content)
	if err == nil {
		err = s.fail
	}
	if err != nil {
		return leads.Attachment{}, err
	}
	s.content = b
	return leads.Attachment{ID: "id", Name: name, Size: int64(len(b))}, nil
}

func (s *shelf) Open(context.Context, string) (io.ReadCloser, error) {
	if s.content == nil {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(s.content)), nil
}

func TestTransfer(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a host inside was asked") }))
	defer inside.Close()
	var uploaded string
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "0123456789") })
	mux.HandleFunc("/here", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/ok", http.StatusFound) })
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inside.URL, http.StatusFound) })
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", 101)) })
	mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) {
		for range 1000 {
			_, _ = io.WriteString(w, "endless")
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "50")
		_, _ = io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("/up", func(w http.ResponseWriter, r *http.Request) {
		f, head, err := r.FormFile("data")
		if err != nil || r.ContentLength < 0 {
			t.Errorf("upload: %v, length %d", err, r.ContentLength)
			return
		}
		b, _ := io.ReadAll(f)
		uploaded = head.Filename + ": " + string(b)
		_, _ = io.WriteString(w, "{}")
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	own, _ := url.Parse(server.URL)
	tr := Transfer{Vendor: "V", Client: server.Client(), Also: own, Most: 100}
	for path, want := range map[string]string{
		"/ok": "", "/here": "", "/away": "leads away", "/round": "leads away", "/large": "larger", "/endless": "larger", "/cut": "broke", "/none": "404",
	} {
		s := &shelf{}
		kept, err := tr.Keep(t.Context(), s, "id", 0, "name", server.URL+path)
		if want == "" && (err != nil || kept.Size != 10) || want != "" && (err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, ErrNotKept) || s.content != nil) {
			t.Errorf("%s: %v, %v", path, kept, err)
		}
	}
	if _, err := tr.Keep(t.Context(), &shelf{fail: errors.New("the disk is full")}, "id", 0, "n", server.URL+"/ok"); !errors.Is(err, ErrNotKept) {
		t.Errorf("storage: %v", err)
	}
	if _, err := tr.Keep(t.Context(), &shelf{}, "id", 0, "n", inside.URL); err == nil {
		t.Error("a foreign address was asked")
	}
	s := &shelf{content: []byte("content")}
	answer, err := tr.Post(t.Context(), s, leads.Attachment{ID: "id", Name: "a\"\r\n.txt", Size: 7}, server.URL+"/up", "data")
	if err != nil || string(answer) != "{}" || !strings.HasSuffix(uploaded, ": content") || strings.ContainsAny(uploaded, "\r\n") {
		t.Errorf("%q, %v, %q", answer, err, uploaded)
	}
	if _, err := tr.Post(t.Context(), s, leads.Attachment{ID: "id", Size: 7}, inside.URL, "data"); err == nil {
		t.Error("a file was sent to a foreign address")
	}
	if _, err := tr.Post(t.Context(), &shelf{}, leads.Attachment{ID: "id"}, server.URL+"/up", "data"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestUnanswered(t *testing.T) {
	secret := "https://vendor.example/?key=secret"
	deadline, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for _, c := range []struct {
		err     error
		words   string
		notSent bool
	}{
		{&net.DNSError{Err: "no such host", Name: "vendor.example"}, "resolved", true},
		{&net.OpError{Op: "dial", Err: errors.New("connection refused")}, "reached", true},
		{&net.OpError{Op: "read", Err: errors.New("connection reset")}, "broke", false},
		{deadline.Err(), "in time", false},
		{io.ErrUnexpectedEOF, "broke", false},
	} {
		err := Unanswered("V", &url.Error{Op: "Get", URL: secret, Err: c.err})
		if !strings.Contains(err.Error(), c.words) || errors.Is(err, leads.ErrNotSent) != c.notSent || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v: %v", c.err, err)
		}
	}
	if err := Unanswered("V", context.Canceled); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	tls := httptest.NewTLSServer(http.NotFoundHandler())
	defer tls.Close()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, tls.URL, nil)
	res, err := (&http.Client{Transport: &http.Transport{}}).Do(req)
	if err == nil {
		res.Body.Close()
		t.Fatal("a strange certificate was accepted")
	}
	if err = Unanswered("V", err); !errors.Is(err, leads.ErrNotSent) || !strings.Contains(err.Error(), "certificate") {
		t.Error(err)
	}
}
