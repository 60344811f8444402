package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"ctihub/connectors/vendors/media/mediatest"
	"ctihub/leads"
)

// servers returns a server under many names, with a certificate for example.com and its
// subdomains.
func servers(t *testing.T, h http.HandlerFunc) Vendor {
	t.Helper()
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	client := s.Client()
	transport := client.Transport.(*http.Transport)
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, s.Listener.Addr().String())
	}
	return Vendor{Name: "V", HTTP: client, Hosts: []string{"example.com"}, Most: 1000}
}

func TestGetKeepsToTheServers(t *testing.T) {
	var asked []string
	v := servers(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Host+r.URL.Path)
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		fmt.Fprint(w, "content")
	})
	v.API, _ = url.Parse("http://gateway.internal:8080")
	for address, ok := range map[string]bool{
		"https://example.com/a":                                     true,
		"https://dl.example.com/a":                                  true,
		"https://DL.Example.Com./a":                                 true,
		"http://dl.example.com/a":                                   true, // asked over https
		"https://dl.example.com:443/a":                              true,
		"https://dl.example.com/a?to=https://x.example.com/b":       true,
		"https://dl.example.com/a?to=http://x.example.com/b":        true,
		"https://dl.example.com/a?to=https://evil.test/b":           false,
		"https://dl.example.com/a?to=http://127.0.0.1/b":            false,
		"https://dl.example.com/a?to=http://169.254.169.254/latest": false,
		"https://badexample.com/a":                                  false,
		"https://example.com.evil.test/a":                           false,
		"https://u:p@example.com/a":                                 false,
		"https://example.com:8443/a":                                false,
		"http://example.com:8080/a":                                 false,
		"https://gateway.internal:8080/a":                           false, // not in the gateway's scheme
		"http://gateway.internal/a":                                 false,
		"ftp://example.com/a":                                       false,
		"file:///etc/passwd":                                        false,
		"https://[::1]/a":                                           false,
		"//example.com/a":                                           false,
		"":                                                          false,
	} {
		body, err := v.Get(t.Context(), address, http.Header{"Authorization": {"Bearer x"}})
		if (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
		if err == nil {
			body.Close()
		} else if !Final(err) {
			t.Errorf("%q: %v may be tried again", address, err)
		}
	}
	for _, a := range asked {
		if !strings.Contains(strings.ToLower(a), "example.com") || strings.Contains(a, "evil") {
			t.Errorf("asked %s", a)
		}
	}
	loop := 0
	v = servers(t, func(w http.ResponseWriter, r *http.Request) {
		loop++
		http.Redirect(w, r, "/again", http.StatusFound)
	})
	if _, err := v.Get(t.Context(), "https://example.com/", nil); err == nil || loop > redirects+1 {
		t.Errorf("a loop: %v after %d", err, loop)
	}
}

func TestGetAnswers(t *testing.T) {
	for status, never := range map[int]bool{403: true, 404: true, 410: true, 204: true, 408: false, 429: false, 500: false, 503: false} {
		v := servers(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		_, err := v.Get(t.Context(), "https://example.com/secret-key", nil)
		if err == nil || Final(err) != never || strings.Contains(err.Error(), "secret-key") {
			t.Errorf("%d: %v", status, err)
		}
	}
	v := servers(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if _, err := v.Get(t.Context(), "https://example.com/secret-key", nil); err == nil || Final(err) || strings.Contains(err.Error(), "secret-key") {
		t.Errorf("broken off: %v", err)
	}
}

func TestOnlyTheVendorIsAsked(t *testing.T) {
	own, _ := url.Parse("http://127.0.0.1:8080/method")
	v := Vendor{Name: "V", Hosts: []string{"vk.com", "userapi.com"}, API: own}
	for address, want := range map[string]bool{
		"https://vk.com/x": true, "https://sun1-2.userapi.com/a?b": true, "https://SUN1.UserAPI.com./a": true, "https://vk.com:443/": true,
		"http://127.0.0.1:8080/file": true, "http://vk.com/x": true, "https://vk.com:8443/": false, "https://evilvk.com/": false,
		"https://vk.com.evil.example/": false, "https://user@vk.com/": false, "https://vk.com@evil.example/": false, "https://127.0.0.1/": false,
		"https://127.0.0.1:8080/": false, "http://127.0.0.1:8081/": false, "http://169.254.169.254/": false, "file:///etc/passwd": false,
		"//vk.com/x": false, "https:///x": false, "https://[::1]/": false, "ftp://vk.com/": false, "https://xn--vk-com/": false,
	} {
		u := v.Locate(address)
		if (u != nil) != want {
			t.Errorf("%s: %v, want %v", address, u, want)
		}
		if u != nil && u.Scheme != "https" && u.Host != own.Host {
			t.Errorf("%s is asked in plain", address)
		}
	}
}

func TestVendor(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a host inside was asked") }))
	defer inside.Close()
	var uploaded string
	var busy atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "0123456789") })
	mux.HandleFunc("/busy", func(w http.ResponseWriter, _ *http.Request) {
		busy.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	})
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
	v := Vendor{Name: "V", HTTP: server.Client(), API: own, Most: 100}
	for path, want := range map[string]string{
		"/ok": "", "/here": "", "/away": "leads away", "/round": "leads away", "/large": "larger", "/endless": "larger", "/busy": "503", "/cut": "broke", "/none": "404",
	} {
		s := &mediatest.Files{}
		kept, err := v.Fetch(t.Context(), s, "id", 0, "name", server.URL+path)
		if want == "" && (err != nil || kept.Size != 10) || want != "" && (err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, ErrNotKept) || s.Kept() != 0) {
			t.Errorf("%s: %v, %v", path, kept, err)
		}
	}
	if asked := busy.Load(); asked != fetchTries {
		t.Errorf("a server that fails for a moment was asked %d times", asked)
	}
	full := &mediatest.Files{}
	full.Fail(1)
	if _, err := v.Fetch(t.Context(), full, "id", 0, "n", server.URL+"/ok"); !errors.Is(err, ErrNotKept) {
		t.Errorf("storage: %v", err)
	}
	if _, err := v.Fetch(t.Context(), &mediatest.Files{}, "id", 0, "n", inside.URL); err == nil {
		t.Error("a foreign address was asked")
	}
	s := &mediatest.Files{}
	s.Add("id", "a", []byte("content"))
	answer, err := v.Post(t.Context(), s, leads.Attachment{ID: "id", Name: "a\"\r\n.txt", Size: 7}, server.URL+"/up", "data")
	if err != nil || string(answer) != "{}" || !strings.HasSuffix(uploaded, ": content") || strings.ContainsAny(uploaded, "\r\n") {
		t.Errorf("%q, %v, %q", answer, err, uploaded)
	}
	if _, err := v.Post(t.Context(), s, leads.Attachment{ID: "id", Size: 7}, inside.URL, "data"); err == nil {
		t.Error("a file was sent to a foreign address")
	}
	if _, err := v.Post(t.Context(), &mediatest.Files{}, leads.Attachment{ID: "id"}, server.URL+"/up", "data"); !errors.Is(err, fs.ErrNotExist) || !leads.IsPermanent(err) {
		t.Errorf("%v", err)
	}
}

func TestWords(t *testing.T) {
	for w := failed; w <= none; w++ {
		for lang := range causeTexts {
			f := &Fault{why: w, vendor: "V", number: 7, vendorText: "said"}
			if text := Words(f, lang); text == "" || strings.Contains(text, "%") {
				t.Errorf("%d in %s: %q", w, lang, text)
			}
		}
	}
	if Words(errors.New("https://v.example/?key=secret"), "ru") != causeTexts["ru"][failed] || Words(&Fault{}, "eo") != causeTexts["en"][failed] {
		t.Error("an error without words of its own is shown")
	}
}
