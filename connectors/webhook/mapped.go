package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ctihub/connectors/vendors/posted"
	"ctihub/leads"
)

const (
	maxItems = 500 // touches in one body
)

// readMapped reads a body by the mapping. An item in which the mapping finds nothing
// is refused ([leads.Touch.Refused]), with its fault.
func (s *source) readMapped(body posted.Value, raw []byte) ([]leads.Touch, *fault) {
	whole := content{sent: body.Any()}
	whole.expanded = whole.sent
	if list := body.Members; body.Kind == posted.List && len(list) == 1 {
		whole.expanded = list[0].Any()
	}
	whole.expanded = posted.Deep(whole.expanded)
	items, several := s.items(whole, body)
	switch {
	case len(items) == 0:
		return s.refuseBody(raw, fault{"items", "there is nothing in the body where the configuration looks for items"})
	case len(items) > maxItems:
		return s.refuseBody(raw, fault{"items", fmt.Sprintf("the body holds more than %d", maxItems)})
	}
	var first *fault
	touches := make([]leads.Touch, 0, len(items))
	hash, all := posted.Hash(raw), string(raw)
	for i, item := range items {
		id, text, at := hash, all, ""
		if several {
			b, err := json.Marshal(item.sent)
			if err != nil {
				return s.refuseBody(raw, fault{"items", "cannot be read"})
			}
			id, text, at = fmt.Sprintf("%s-%d", id, i), string(b), fmt.Sprintf("items[%d].", i)
		}
		t, found := s.touch(item, id)
		t.Raw = text
		if !found {
			wrong := fault{at + "map", "nothing of what the configuration looks for is in the body"}
			t.Text, t.Refused, t.Digest = text, wrong.Error(), digest(t)
			if first == nil {
				first = &wrong
			}
		}
		touches = append(touches, t)
	}
	return touches, first
}

// items returns the events of a body. Without a path to them, the body is the only
// one, unless it is a list and the mapping finds nothing in it as a whole.
func (s *source) items(whole content, body posted.Value) (items []content, several bool) {
	if s.read.items == nil {
		if body.Kind != posted.List || len(body.Members) < 2 {
			return []content{whole}, false
		}
		if s.read.finds(whole) {
			return []content{whole}, false
		}
		for _, m := range posted.Posts(body) {
			items = append(items, content{m.Any(), posted.Deep(m.Any())})
		}
		return items, true
	}
	nodes := s.read.items.path.Select(whole.sent)
	if len(nodes) == 0 || len(nodes) == 1 && nodes[0] == nil || len(nodes) == 1 && isText(nodes[0]) {
		nodes = s.read.items.path.Select(whole.expanded)
	}
	if len(nodes) == 1 {
		if list, ok := nodes[0].([]any); ok {
			nodes = list // $.events means the same as $.events[*]
		}
	}
	for _, n := range nodes {
		if len(items) <= maxItems {
			items = append(items, content{n, posted.Deep(n)})
		}
	}
	return items, true
}

func isText(v any) bool {
	_, is := v.(string)
	return is
}

// refuseBody returns the touch of a body from which nothing can be read.
func (s *source) refuseBody(raw []byte, why fault) ([]leads.Touch, *fault) {
	id := posted.Hash(raw)
	return []leads.Touch{{
		ExternalID: id, Digest: id, Channel: s.Channel, Direction: leads.In, At: s.now(), Text: string(raw), Raw: string(raw), Refused: why.Error(),
	}}, &why
}

// touch reads one item, and reports whether the mapping finds anything in it. A
// value that cannot be read, such as a time or half a phone number, is put into the
// text, where a person can read it.
func (s *source) touch(item content, id string) (t leads.Touch, found bool) {
	m := s.read
	t = leads.Touch{
		ExternalID: id, Channel: s.Channel, Direction: leads.In, At: s.now(),
		Name: names(m.name, item), Subject: m.subject.one(item), To: m.to.one(item), Text: join(m.text, item, "\n\n"),
	}
	var notes []string
	given := join(m.id, item, "-")
	switch {
	case given != "":
		t.ExternalID = posted.Key(given)
	case len(m.id) > 0:
		s.noID.Do(func() {
			s.log.Warn("map.id finds nothing in an event; a hash of its content recognises repetitions instead. Look up the path of its id")
		})
	}
	if when := m.at.one(item); when != "" {
		at, ok := moment(when, s.zone)
		if ok {
			t.At = at
		} else {
			notes = append(notes, "at: "+when)
		}
	}
	if which := m.direction.one(item); which != "" {
		d, err := direction(which)
		if t.Direction = d; err != nil {
			t.Direction = leads.In
			notes = append(notes, "direction: "+which)
		}
	}
	for _, c := range []struct {
		kind   leads.IdentityKind
		role   posted.Role
		values []*value
	}{{leads.KindPhone, posted.Phone, m.phones}, {leads.KindEmail, posted.Email, m.emails}} {
		for _, v := range c.values {
			for _, text := range v.all(item) {
				for _, one := range posted.Inside(text, c.role) {
					notes = append(notes, s.addIdentity(&t, c.kind, one)...)
				}
			}
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(m.identities)) {
		for _, text := range m.identities[kind].all(item) {
			notes = append(notes, s.addIdentity(&t, leads.IdentityKind(kind), text)...)
		}
	}
	for name, v := range m.utm {
		if text := v.one(item); text != "" {
			if t.UTM == nil {
				t.UTM = map[string]string{}
			}
			t.UTM[name] = text
		}
	}
	found = t.Name != "" || t.Text != "" || t.Subject != "" || len(t.From) > 0 || len(notes) > 0
	slices.Sort(notes)
	t.Text = strings.Join(nonEmpty(append([]string{t.Text}, notes...)), "\n\n")
	if given != "" {
		t.Digest = digest(t)
	}
	return t, found
}

// addIdentity adds an identity of the customer, and returns notes of the values that
// cannot be an identity.
func (s *source) addIdentity(t *leads.Touch, kind leads.IdentityKind, text string) (notes []string) {
	whole := string(kind) + ": " + text
	id := leads.Identity{Kind: kind, Value: text}
	if slices.Contains(t.From, id) {
		return nil
	}
	if len(t.From) >= leads.MaxIdentities {
		return []string{whole}
	}
	switch kind {
	case leads.KindPhone:
		if _, more := posted.ReadsPhone(text, s.region); more {
			notes = []string{whole}
		}
	case leads.KindEmail:
		if _, err := leads.NormaliseEmail(text); err != nil {
			if several := posted.Emails(text); len(several) > 0 {
				for _, address := range several[:min(len(several), leads.MaxIdentities-len(t.From))] {
					t.From = append(t.From, leads.Identity{Kind: kind, Value: address})
				}
				return []string{whole}
			}
		}
	}
	if len(text) > leads.MaxUnread {
		notes = []string{whole}
	}
	t.From = append(t.From, id)
	return notes
}

// names returns the name of a person; a path may lead to an object of its parts.
func names(values []*value, item content) string {
	var parts []string
	for _, v := range values {
		for _, text := range v.all(item) {
			for _, part := range posted.Inside(text, posted.Name) {
				if !slices.Contains(parts, part) {
					parts = append(parts, part)
				}
			}
		}
	}
	return strings.Join(parts, " ")
}

// join returns all values, each once.
func join(values []*value, item content, sep string) string {
	var texts []string
	for _, v := range values {
		for _, text := range v.all(item) {
			if !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
	}
	return strings.Join(texts, sep)
}

// direction reads a word for it.
func direction(word string) (leads.Direction, error) {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "in", "inbound", "incoming":
		return leads.In, nil
	case "out", "outbound", "outgoing":
		return leads.Out, nil
	}
	return "", errors.New("must be in, inbound, incoming, out, outbound or outgoing")
}
