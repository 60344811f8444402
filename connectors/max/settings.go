package max

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"ctihub/connectors"
)

// Ways in which updates come.
const (
	modeLongPoll = "longpoll"
	modeWebhook  = "webhook"
)

// settings are the source's own keys, see schema.
type settings struct {
	Token     string `yaml:"token"`
	Mode      string `yaml:"mode"`
	Secret    string `yaml:"secret"`
	MaxFileMB int    `yaml:"max_file_mb"`
	APIURL    string `yaml:"api_url"`
	Lang      string `yaml:"lang"`
}

// secrets are those that MAX takes.
var secrets = regexp.MustCompile(`^[A-Za-z0-9_-]{5,256}$`)

func (s *settings) check() error {
	s.APIURL = strings.TrimRight(s.APIURL, "/")
	u, err := url.Parse(s.APIURL)
	var wrong connectors.Mistakes
	wrong.Add(schema.Check(s))
	wrong.If(s.Secret != "" && !secrets.MatchString(s.Secret), "secret: give 5 to 256 letters, digits, - or _ of your own invention, as secret_file")
	wrong.If(err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http", "api_url: %q is not a full address", s.APIURL)
	return wrong.Err()
}

// complete fills in what may be left out. MAX recommends long polling for trials
// only (dev.max.ru/docs-api, Getting updates), so that the webhook is taken where
// MAX can reach the hub. The secret of the webhook follows from the token then,
// and every hub knows it.
func (s *settings) complete(publicURL, source string) {
	if s.Mode == "" {
		s.Mode = modeLongPoll
		if reachable(publicURL) {
			s.Mode = modeWebhook
		}
	}
	if s.Secret == "" {
		mac := hmac.New(sha256.New, []byte(s.Token))
		mac.Write([]byte("webhook of " + source))
		s.Secret = hex.EncodeToString(mac.Sum(nil))
	}
}

// reachable reports whether an address is one that MAX could post to: https, and
// neither of this machine nor of a network of its own.
func reachable(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsGlobalUnicast() && !ip.IsPrivate()
	}
	for _, local := range []string{".localhost", ".local", ".internal", ".lan", ".home.arpa"} {
		if strings.HasSuffix(host, local) {
			return false
		}
	}
	return strings.Contains(host, ".")
}
