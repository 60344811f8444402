package posted

import (
	"slices"
	"strings"
)

// Posts splits a body with several posts: a list of objects, or an object with nothing but one
// list of people. A list of answers is one post.
func Posts(v Value) []Value {
	switch {
	case v.Kind == Object && len(v.Members) == 1 && v.Members[0].Kind == List && len(v.Members[0].Members) > 1:
		if all := v.Members[0].Members; !slices.ContainsFunc(all, func(m Value) bool { return m.Kind != Object || isAnswer(m) || !isPerson(m) }) {
			return all
		}
	case v.Kind == List && len(v.Members) > 0:
		if !slices.ContainsFunc(v.Members, func(m Value) bool { return m.Kind != Object || isAnswer(m) }) {
			return v.Members
		}
	}
	return []Value{v}
}

// isAnswer reports whether an object has a value and its label or key.
func isAnswer(v Value) bool {
	return slices.ContainsFunc(valueNames, v.has) && (text(v, labelNames) != "" || text(v, keyNames) != "")
}

// isPerson reports whether an object has both a name and a phone or an address.
func isPerson(v Value) bool {
	name, reach := false, false
	for _, f := range Fields(v) {
		switch {
		case f.Value == "":
		case f.Role == Phone, f.Role == Email:
			reach = true
		case f.Role == Name, f.Role == FirstName, f.Role == LastName:
			name = true
		}
	}
	return name && reach
}

// Empty reports whether a body holds no text at all, as {} and [] do.
func Empty(v Value) bool {
	if v.Kind == Leaf {
		return strings.TrimSpace(v.Text()) == ""
	}
	return !slices.ContainsFunc(v.Deep().Members, func(m Value) bool { return !Empty(m) })
}

// Ping reports whether a body is a vendor's test of the webhook, which has no data of
// a person:
//
//   - Tilda, when a webhook is added: test=test
//   - WooCommerce, when one is saved: webhook_id=15
//   - GitHub and its like: {"zen": …, "hook_id": …}
//   - others name an event: {"event": "ping"}, {"event_type": "webhook.test"}
func Ping(v Value) bool { return IsPing(Fields(v)) }

// IsPing is [Ping] for a body whose fields are known.
func IsPing(fields []Field) bool {
	var tested bool
	filled := 0
	for _, f := range fields {
		if strings.TrimSpace(f.Value) != "" {
			filled++
		}
	}
	for _, f := range fields {
		value := strings.ToLower(strings.TrimSpace(f.Value))
		if value == "" {
			continue
		}
		if f.Role != "" {
			return false
		}
		id := slices.ContainsFunc(split(f.Name), func(w string) bool { return w == "id" })
		if !id && plainPhone(value) || plainEmail(value) {
			return false
		}
		switch last := strings.Join(split(f.Names[len(f.Names)-1]), ""); last {
		case "test":
			tested = tested || value == "test" && filled <= 4 || value == "true" && filled <= 4
		case "ping":
			tested = tested || filled <= 4
		case "webhookid":
			tested = tested || filled == 1 && strings.Trim(value, "0123456789") == ""
		case "zen":
			tested = true
		case "event", "eventtype", "eventname", "type", "action", "topic", "trigger", "kind":
			tested = tested || slices.ContainsFunc(split(value), func(w string) bool { return w == "ping" || w == "test" }) && len(split(value)) <= 4
		}
	}
	return tested
}
