package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/theory/jsonpath"

	"ctihub/connectors/vendors/posted"
)

// fields are the places of values in a body: each is a JSONPath (RFC 9535),
// beginning with "$", or a constant after "=". Empty: the body has none.
type fields struct {
	ID         texts             `yaml:"id"`   // its parts
	Name       []string          `yaml:"name"` // its parts
	Phones     []string          `yaml:"phones"`
	Emails     []string          `yaml:"emails"`
	Identities map[string]string `yaml:"identities"` // by kind: telegram, vk …
	Subject    string            `yaml:"subject"`
	Text       []string          `yaml:"text"` // its paragraphs
	At         string            `yaml:"at"`
	Direction  string            `yaml:"direction"`
	To         string            `yaml:"to"`
	UTM        map[string]string `yaml:"utm"`
}

func (f fields) empty() bool {
	return f.Subject+f.At+f.Direction+f.To == "" &&
		len(f.ID)+len(f.Name)+len(f.Phones)+len(f.Emails)+len(f.Identities)+len(f.Text)+len(f.UTM) == 0
}

// texts is a list; one text alone is a list of one.
type texts []string

// UnmarshalText implements encoding.TextUnmarshaler, for one text.
func (t *texts) UnmarshalText(b []byte) error {
	if *t = nil; len(b) > 0 {
		*t = texts{string(b)}
	}
	return nil
}

// mapping is fields, ready for use.
type mapping struct {
	items                          *value // nil: the body is the only item
	subject, at, direction, to     *value
	id, name, phones, emails, text []*value
	identities, utm                map[string]*value
}

// value is the source of one value.
type value struct {
	constant string
	path     *jsonpath.Path // nil: the constant
}

// compile reads the mapping; its error names the key.
func compile(items string, f fields) (m mapping, err error) {
	if f.empty() {
		return m, errors.New("map: is missing; say where in the body the phone, the name and the text are")
	}
	var wrong []error
	one := func(at, text string) *value {
		if text == "" {
			return nil
		}
		v, err := newValue(text)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", at, err))
		}
		return v
	}
	list := func(at string, texts []string) (all []*value) {
		for i, text := range texts {
			if len(texts) > 1 || at != "id" {
				at := fmt.Sprintf("map.%s[%d]", at, i)
				all = append(all, one(at, text))
				continue
			}
			all = append(all, one("map."+at, text))
		}
		return all
	}
	byName := func(at string, texts map[string]string) map[string]*value {
		all := map[string]*value{}
		for name, text := range texts {
			all[name] = one("map."+at+"."+name, text)
		}
		return all
	}
	m = mapping{
		items: one("items", items),
		id:    list("id", f.ID), subject: one("map.subject", f.Subject), at: one("map.at", f.At),
		direction: one("map.direction", f.Direction), to: one("map.to", f.To),
		name: list("name", f.Name), phones: list("phones", f.Phones), emails: list("emails", f.Emails), text: list("text", f.Text),
		identities: byName("identities", f.Identities), utm: byName("utm", f.UTM),
	}
	constant := func(v *value) bool { return v != nil && v.path == nil }
	if constant(m.items) || len(m.id) > 0 && !slices.ContainsFunc(m.id, func(v *value) bool { return v != nil && v.path != nil }) {
		wrong = append(wrong, errors.New(`items, map.id: must be paths, which begin with "$"`))
	}
	if m.direction != nil && m.direction.path == nil {
		if _, err := direction(m.direction.constant); err != nil {
			wrong = append(wrong, fmt.Errorf("map.direction: %w", err))
		}
	}
	return m, errors.Join(wrong...)
}

// finds reports whether any of the paths leads to something.
func (m mapping) finds(item content) bool {
	all := slices.Concat(m.id, m.name, m.phones, m.emails, m.text, []*value{m.subject, m.at, m.direction, m.to},
		slices.Collect(maps.Values(m.identities)), slices.Collect(maps.Values(m.utm)))
	return slices.ContainsFunc(all, func(v *value) bool { return v != nil && v.path != nil && v.one(item) != "" })
}

func newValue(text string) (*value, error) {
	if constant, ok := strings.CutPrefix(text, "="); ok {
		return &value{constant: constant}, nil
	}
	if !strings.HasPrefix(text, "$") {
		return nil, errors.New(`must begin with "$", which is the body (as in $.customer.phone), or with "=", after which a constant stands`)
	}
	path, err := jsonpath.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("is not a JSONPath: %w", err)
	}
	return &value{path: path}, nil
}

// all returns the texts of the value in an item, without empty ones: in the item as
// it was sent, else expanded.
func (v *value) all(item content) []string {
	if v == nil {
		return nil
	}
	if v.path == nil {
		return []string{v.constant}
	}
	found := v.in(item.sent)
	if len(found) == 0 {
		found = v.in(item.expanded)
	}
	return found
}

func (v *value) in(tree any) []string {
	var texts []string
	for _, node := range v.path.Select(tree) {
		if list, ok := node.([]any); ok {
			for _, n := range list {
				texts = append(texts, asText(n))
			}
			continue
		}
		texts = append(texts, asText(node))
	}
	return nonEmpty(texts)
}

// one returns the first of them, empty if there is none.
func (v *value) one(item content) string {
	if all := v.all(item); len(all) > 0 {
		return all[0]
	}
	return ""
}

func asText(node any) string {
	switch n := node.(type) {
	case nil:
		return ""
	case string:
		return strings.TrimSpace(n)
	case json.Number:
		return posted.Number(n)
	case bool:
		return fmt.Sprint(n)
	}
	b, err := json.Marshal(node)
	if err != nil {
		return ""
	}
	return string(b)
}

func nonEmpty(texts []string) []string {
	kept := texts[:0]
	for _, t := range texts {
		if t != "" {
			kept = append(kept, t)
		}
	}
	return kept
}
