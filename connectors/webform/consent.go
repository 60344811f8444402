package webform

import (
	"errors"
	"net/url"
	"strings"

	"ctihub/leads"
)

// Inputs of the consent.
const (
	inputConsent = "_consent"         // ticked: any value
	inputVersion = "_consent_version" // of the text that the visitor saw
)

// consentText is what visitors are asked to agree to.
type consentText struct {
	Text     string `yaml:"text"` // empty: nothing is asked
	Link     string `yaml:"link"` // to the full text
	Version  string `yaml:"version"`
	Required bool   `yaml:"required"`
}

func (c consentText) check() error {
	switch {
	case c.Text == "" && c != (consentText{}):
		return errors.New("consent.text: is missing")
	case c.Text != "" && c.Version == "":
		return errors.New("consent.version: is missing; it is stored with what was agreed to, so change it with the text")
	case len(c.Text) > 4000 || len(c.Version) > 100:
		return errors.New("consent: the text has 4000 bytes at most, the version 100")
	}
	if u, err := url.Parse(c.Link); err != nil || c.Link != "" && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return errors.New("consent.link: is not a full http(s) address")
	}
	return nil
}

// consent is what the visitor agreed to, nil for nothing.
func (f *form) consent(p filled) *leads.Consent {
	if f.Consent.Text == "" || !p.agreed || p.outdated(f.Consent) {
		return nil
	}
	return &leads.Consent{Text: strings.TrimSpace(f.Consent.Text + " " + f.Consent.Link), Version: f.Consent.Version, At: f.now(), Page: p.utm["page"]}
}

// outdated reports whether the visitor saw another text than the present one.
func (p filled) outdated(c consentText) bool { return p.version != "" && p.version != c.Version }

// consentFaults says that a consent is missing, or that it is one to a text
// that has changed meanwhile.
func (f *form) consentFaults(p filled, say *texts) []fault {
	switch {
	case f.Consent.Text == "":
		return nil
	case p.agreed && p.outdated(f.Consent):
		return []fault{{"consent", inputConsent, say.Outdated}}
	case f.Consent.Required && !p.agreed:
		return []fault{{"consent", inputConsent, say.Agree}}
	}
	return nil
}
