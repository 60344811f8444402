package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// isAllowedHost reports whether a browser's request names one of the hub's hosts. It protects
// from DNS rebinding, where another website's name points to the hub. IP addresses cannot be
// rebound. Probes, sources, exchanges and programs with a token use no cookie, and may use any
// name.
func (s *Server) isAllowedHost(r *http.Request) bool {
	for _, prefix := range []string{"/in/", "/embed/", "/route/", "/healthz", "/readyz", "/metrics"} {
		if strings.HasPrefix(r.URL.Path, prefix) {
			return true
		}
	}
	if len(s.Hosts) == 0 || strings.HasPrefix(r.URL.Path, "/api/") && r.Header.Get("Authorization") != "" {
		return true
	}
	name := r.Host
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if _, err := netip.ParseAddr(name); err == nil || name == "localhost" {
		return true
	}
	return slices.Contains(s.Hosts, strings.TrimSuffix(name, "."))
}

var errWrongHost = &problem{status: http.StatusMisdirectedRequest, code: codeInvalid, title: "The hub is not reached under this name",
	detail: "Use the address of public_url, or list further names under hosts in the hub's configuration; programs send a token."}

// refuseHost answers 421, with the address of the workplace in both languages.
func (s *Server) refuseHost(w http.ResponseWriter, r *http.Request) {
	s.metrics.refused.WithLabelValues("host").Inc()
	if strings.HasPrefix(r.URL.Path, "/api/") {
		errWrongHost.write(w)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusMisdirectedRequest)
	fmt.Fprintf(w, "The workplace is not reached under this name. Open %s\nAdministrators: list further names under the key \"hosts\" of the configuration.\n\n"+
		"По этому имени рабочее место не открывается. Откройте %[1]s\nАдминистратору: другие имена перечисляет ключ hosts в конфигурации.\n", s.PublicURL)
}
