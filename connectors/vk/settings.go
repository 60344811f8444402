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

// settings are the source's own keys, see schema.
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
	wrong.Add(schema.Check(s))
	wrong.If(s.Mode == modeCallback && s.Confirmation == "", "confirmation: give the string that VK shows beside the callback server")
	wrong.If(s.Mode == modeCallback && s.Secret == "", "secret: give the secret key that is set beside the callback server, as secret_file")
	wrong.If(err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http", "api_url: %q is not a full address", s.APIURL)
	return wrong.Err()
}
