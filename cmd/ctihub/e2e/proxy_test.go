package e2e

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"mime/multipart"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/leads"
)

const proxied = "hub.example.com"

// Through a real nginx with deploy/nginx.conf a browser speaks HTTP/2, live
// events come at once, a file of 20 MB passes, /metrics is closed in every
// spelling, and a client cannot choose its own address.
func TestRealNginx(t *testing.T) {
	t.Parallel()
	throughProxy(t, func(dir, certificate, key, hub string) (*exec.Cmd, string) {
		nginx, address, plain := debianTool(t, "usr/sbin/nginx"), hubtest.FreeAddress(t), hubtest.FreeAddress(t)
		site := replaced(t, "../../../deploy/nginx.conf",
			"    listen [::]:80;\n", "", "    listen [::]:443 ssl http2;\n", "",
			"listen 80;", "listen "+plain+";", "listen 443 ssl", "listen "+address+" ssl",
			"server 127.0.0.1:8080;", "server "+hub+";",
			"/etc/letsencrypt/live/hub.example.com/fullchain.pem", certificate, "/etc/letsencrypt/live/hub.example.com/privkey.pem", key)
		conf := filepath.Join(dir, "nginx.conf")
		user := ""
		if os.Getuid() == 0 {
			user = "user root;\n" // its workers write into the folder of the test
		}
		text := user + "daemon off;\npid nginx.pid;\nevents {}\nhttp {\naccess_log off;\n"
		for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
			text += kind + "_temp_path " + kind + ";\n"
		}
		if err := os.WriteFile(conf, []byte(text+site+"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return exec.Command(nginx, "-p", dir, "-c", conf, "-e", "stderr"), address
	})
}

// The same through a real Caddy with deploy/Caddyfile.
func TestRealCaddy(t *testing.T) {
	t.Parallel()
	throughProxy(t, func(dir, certificate, key, hub string) (*exec.Cmd, string) {
		caddy, address := debianTool(t, "usr/bin/caddy"), hubtest.FreeAddress(t)
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			t.Fatal(err)
		}
		site := replaced(t, "../../../deploy/Caddyfile",
			"\nhub.example.com {\n", fmt.Sprintf("\nhub.example.com:%s {\n\tbind %s\n\ttls %s %s\n", port, host, certificate, key),
			"reverse_proxy 127.0.0.1:8080", "reverse_proxy "+hub)
		conf := filepath.Join(dir, "Caddyfile")
		if err := os.WriteFile(conf, []byte("{\n\tadmin off\n\tauto_https disable_redirects\n}\n"+site), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(caddy, "run", "--adapter", "caddyfile", "--config", conf)
		cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
		return cmd, address
	})
}

func throughProxy(t *testing.T, proxy func(dir, certificate, key, hub string) (*exec.Cmd, string)) {
	h := hubtest.Start(t, hubtest.Source(t, "site", "webform", "", map[string]any{"per_minute": 1, "min_fill": "0s"}), func(c *config.Config) {
		c.PublicURL = "https://" + proxied
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleSupervisor)
	dir := t.TempDir()
	certificate, key, roots := selfSigned(t, dir)
	cmd, address := proxy(dir, certificate, key, h.Addr())
	runUntilTheEnd(t, cmd)
	client := &http.Client{Transport: &http.Transport{
		ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}}
	t.Cleanup(client.CloseIdleConnections)
	waitFor(t, "the proxy", func() bool {
		resp, err := client.Get("https://" + proxied + "/healthz")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK && resp.ProtoMajor == 2
	})
	front := &hubtest.Hub{Hub: h.Hub, T: t, URL: "https://" + proxied, Data: h.Data}
	ask := func(method, path, contentType string, body io.Reader, header ...string) (int, string) {
		t.Helper()
		r, err := http.NewRequest(method, front.URL+path, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+anna)
		r.Header.Set("Content-Type", contentType)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(text)
	}

	live := front.EventsOver(client, anna, leads.EventLeadCreated)
	post := func(phone, claims string) int {
		status, _ := ask(http.MethodPost, "/in/site", "application/x-www-form-urlencoded",
			strings.NewReader(url.Values{"phone": {phone}}.Encode()), "X-Forwarded-For", claims)
		return status
	}
	if status := post("8 916 123-45-67", "192.0.2.1"); status >= 400 {
		t.Errorf("a form is answered with %d", status)
	}
	hubtest.Await(t, live, "the lead of the form, while the stream is open", func(e hubtest.Received) bool { return e.Lead != nil })
	if status := post("8 916 123-45-68", "192.0.2.2"); status != http.StatusTooManyRequests {
		t.Errorf("the second form of a minute from one address that claims another is answered with %d", status)
	}

	var file bytes.Buffer
	form := multipart.NewWriter(&file)
	part, err := form.CreateFormFile("file", "plan.bin")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(bytes.Repeat([]byte("20 megabytes of it. "), 1<<20))
	_ = form.Close()
	status, body := ask(http.MethodPost, "/api/v1/files", form.FormDataContentType(), &file)
	var kept leads.Attachment
	if err := json.Unmarshal([]byte(body), &kept); err != nil || kept.Size != 20<<20 {
		t.Errorf("a file of 20 MB: %d %s", status, body)
	}
	for _, path := range []string{"/metrics", "//metrics", "/%6detrics", "/metrics?x=1", "/api/../metrics"} {
		if status, body := ask(http.MethodGet, path, "", nil); status == http.StatusOK || strings.Contains(body, "ctihub_") {
			t.Errorf("GET %s: %d %.60s", path, status, body)
		}
	}
}

// replaced reads a file and replaces what a test cannot have; each must be there.
func replaced(t *testing.T, path string, pairs ...string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for i := 0; i+1 < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%s does not say %q", path, pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// selfSigned makes a certificate of the proxied name.
func selfSigned(t *testing.T, dir string) (certificate, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: proxied}, DNSNames: []string{proxied},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key, roots = filepath.Join(dir, "certificate.pem"), filepath.Join(dir, "key.pem"), x509.NewCertPool()
	for file, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(parsed)
	return certificate, key, roots
}

// runUntilTheEnd starts a program and ends it with the test.
func runUntilTheEnd(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.Stdout, cmd.Stderr = hubtest.Log(t), hubtest.Log(t)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	started, gone := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread() // Pdeathsig looks at the thread
		defer close(gone)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-gone
	})
}
