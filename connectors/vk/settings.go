package vk

import (
	"fmt"
	"net/url"
	"strings"
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
	switch {
	case s.GroupID <= 0:
		return fmt.Errorf("group_id: give the community's number, without club or a minus")
	case s.Token == "":
		return fmt.Errorf("token: give the community's access key (Manage, API usage), as token_file")
	case s.Mode != modeLongPoll && s.Mode != modeCallback:
		return fmt.Errorf("mode: %q is neither %s nor %s", s.Mode, modeLongPoll, modeCallback)
	case s.Mode == modeCallback && s.Confirmation == "":
		return fmt.Errorf("confirmation: give the string that VK shows beside the callback server")
	case s.Mode == modeCallback && s.Secret == "":
		return fmt.Errorf("secret: give the secret key that is set beside the callback server, as secret_file")
	case s.MaxFileMB < 0 || s.MaxFileMB > 200:
		return fmt.Errorf("max_file_mb: is not from 0 to 200")
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("api_url: %q is not a full address", s.APIURL)
	}
	return nil
}
