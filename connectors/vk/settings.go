package vk

import (
	"net/url"
	"strings"

	"ctihub/connectors"
)

// Ways in which events come.
const (
	modeLongPoll = "longpoll"
	modeCallback = "callback"
)

// settings are the source's own keys, see sample.yaml.
type settings struct {
	GroupID      int64  `yaml:"group_id"`
	Token        string `yaml:"token"`
	Mode         string `yaml:"mode"`
	Confirmation string `yaml:"confirmation"`
	Secret       string `yaml:"secret"`
	MaxFileMB    int    `yaml:"max_file_mb"`
	APIURL       string `yaml:"api_url"`
	Lang         string `yaml:"lang"`
}

func (s *settings) check() error {
	s.APIURL = strings.TrimRight(s.APIURL, "/")
	u, err := url.Parse(s.APIURL)
	var wrong connectors.Mistakes
	wrong.If(s.GroupID <= 0, "group_id: give the community's number, without club or a minus")
	wrong.If(s.Token == "", "token: give the community's access key (Manage, API usage), as token_file")
	wrong.If(s.Mode != modeLongPoll && s.Mode != modeCallback, "mode: %q is neither %s nor %s", s.Mode, modeLongPoll, modeCallback)
	wrong.If(s.Mode == modeCallback && s.Confirmation == "", "confirmation: give the string that VK shows beside the callback server")
	wrong.If(s.Mode == modeCallback && s.Secret == "", "secret: give the secret key that is set beside the callback server, as secret_file")
	wrong.If(s.MaxFileMB < 0 || s.MaxFileMB > 200, "max_file_mb: is not from 0 to 200")
	wrong.If(err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http", "api_url: %q is not a full address", s.APIURL)
	return wrong.Err()
}
