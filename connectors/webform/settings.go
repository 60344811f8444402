package webform

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"ctihub/connectors"
)

// Roles that a form's field can have.
const (
	roleName    = "name"
	rolePhone   = "phone"
	roleEmail   = "email"
	roleSubject = "subject"
	roleMessage = "message"
)

var roles = []string{roleName, rolePhone, roleEmail, roleSubject, roleMessage}

// settings are the source's own keys, see schema.
type settings struct {
	Origins         []string          `yaml:"origins"`
	OriginsRequired bool              `yaml:"origins_required"`
	Fields          map[string]string `yaml:"fields"`  // role → name of the input
	Custom          map[string]string `yaml:"custom"`  // code of a custom field → name of the input
	Require         []string          `yaml:"require"` // each "a" or "a|b": one of them must be filled in
	Thanks          string            `yaml:"thanks"`
	Lang            string            `yaml:"lang"`
	Title           string            `yaml:"title"`
	Show            []string          `yaml:"show"`
	Honeypot        string            `yaml:"honeypot"`
	MinFill         time.Duration     `yaml:"min_fill"`
	PerMinute       int               `yaml:"per_minute"`
	Files           fileLimits        `yaml:"files"`
	Consent         consentText       `yaml:"consent"`
	Spam            spamRules         `yaml:"spam"`
	Proof           proofRules        `yaml:"proof"`
	Callback        callbackRules     `yaml:"callback"`
}

// check reports the first setting that makes no sense, and brings origins into
// the form in which browsers send them.
func (s *settings) check() error {
	if s.Fields == nil {
		s.Fields = map[string]string{}
	}
	if s.Require == nil {
		s.Require = []string{}
	}
	var wrong connectors.Mistakes
	wrong.Add(schema.Check(s))
	for i, o := range s.Origins {
		u, err := url.Parse(o)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			wrong.Add(fmt.Errorf("origins: %q is not of the form https://www.example.com", o))
			continue
		}
		s.Origins[i] = origin(u)
	}
	wrong.If(s.OriginsRequired && len(s.Origins) == 0, "origins_required: origins is empty")
	for _, role := range slices.Sorted(maps.Keys(s.Fields)) {
		wrong.If(!slices.Contains(roles, role), "fields: %q is none of %s", role, strings.Join(roles, ", "))
		wrong.If(s.Fields[role] == "", "fields: %s names no input", role)
	}
	for _, code := range slices.Sorted(maps.Keys(s.Custom)) {
		wrong.If(s.Custom[code] == "", "custom: %s names no input", code)
	}
	for _, group := range s.Require {
		wrong.If(slices.Contains(strings.Split(group, "|"), ""), "require: %q has an empty name", group)
	}
	u, err := url.Parse(s.Thanks)
	wrong.If(err != nil || s.Thanks != "" && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https"), "thanks: %q is not a full http(s) address", s.Thanks)
	for _, role := range s.Show {
		wrong.If(!slices.Contains(roles, role), "show: %q is none of %s", role, strings.Join(roles, ", "))
	}
	wrong.If(len(s.Show) == 0, "show: names no input")
	for i, d := range s.Spam.Disposable {
		s.Spam.Disposable[i] = strings.ToLower(d)
	}
	_, err = s.Callback.shifts()
	return errors.Join(wrong.Err(), s.Files.check(), s.Consent.check(), s.Spam.check(), s.Proof.check(), err)
}

// origin returns scheme://host[:port] as browsers write it: in lower case and
// without the scheme's own port.
func origin(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if scheme == "http" {
		host = strings.TrimSuffix(host, ":80")
	} else {
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host
}
