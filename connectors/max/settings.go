package max

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Ways in which updates come.
const (
	modeLongPoll = "longpoll"
	modeWebhook  = "webhook"
)

// settings are the source's own keys, see sample.yaml.
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
	switch {
	case s.Token == "":
		return fmt.Errorf("token: give the bot's token of business.max.ru, as token_file")
	case s.Mode != modeLongPoll && s.Mode != modeWebhook:
		return fmt.Errorf("mode: %q is neither %s nor %s", s.Mode, modeLongPoll, modeWebhook)
	case s.Mode == modeWebhook && !secrets.MatchString(s.Secret):
		return fmt.Errorf("secret: give 5 to 256 letters, digits, - or _ of your own invention, as secret_file")
	case s.MaxFileMB < 0 || s.MaxFileMB > 250:
		return fmt.Errorf("max_file_mb: is not from 0 to 250")
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("api_url: %q is not a full address", s.APIURL)
	}
	return nil
}
