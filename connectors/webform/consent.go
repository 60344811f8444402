package webform

import (
	"net/url"
	"strings"

	"ctihub/connectors"
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
	var wrong connectors.Mistakes
	wrong.If(c.Text == "" && c != (consentText{}), "consent.text: is missing")
	wrong.If(c.Text != "" && c.Version == "", "consent.version: is missing; it is stored with what was agreed to, so change it with the text")
	wrong.If(len(c.Text) > 4000 || len(c.Version) > 100, "consent: the text has 4000 bytes at most, the version 100")
	u, err := url.Parse(c.Link)
	wrong.If(err != nil || c.Link != "" && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https"), "consent.link: is not a full http(s) address")
	return wrong.Err()
}

// consent returns the visitor's consent, nil for none.
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
