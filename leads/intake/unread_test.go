package intake

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

func TestUnreadIsKept(t *testing.T) {
	ring := &leads.Call{State: leads.CallRinging, Started: time.Unix(1, 0)}
	for name, c := range map[string]struct {
		touch              leads.Touch
		from, offer, wrong []leads.Identity
	}{
		"beside one that can be read": {
			touch: leads.Touch{Channel: leads.ChannelForm, From: []leads.Identity{{Kind: leads.KindEmail, Value: "Olga@client.example"}, {Kind: leads.KindPhone, Value: " 8-916-12\n Ольга "}}},
			from:  []leads.Identity{{Kind: leads.KindEmail, Value: "olga@client.example"}}, wrong: []leads.Identity{{Kind: leads.KindPhone, Value: "8-916-12 Ольга"}}},
		"alone, and each once": {
			touch: leads.Touch{Channel: "webhook", From: []leads.Identity{{Kind: leads.KindPhone, Value: "нет"}, {Kind: leads.KindEmail, Value: "olga@"}, {Kind: leads.KindPhone, Value: "нет"}, {Kind: leads.KindPhone, Value: "  "}}},
			wrong: []leads.Identity{{Kind: leads.KindPhone, Value: "нет"}, {Kind: leads.KindEmail, Value: "olga@"}}},
		"a shared contact": {
			touch: leads.Touch{Channel: leads.ChannelTelegram, From: []leads.Identity{{Kind: "telegram", Value: "1"}}, Offered: []leads.Identity{{Kind: leads.KindPhone, Value: "12-34"}, {Kind: leads.KindPhone, Value: "8 916 123-45-67"}}},
			from:  []leads.Identity{{Kind: "telegram", Value: "1"}}, offer: []leads.Identity{{Kind: leads.KindPhone, Value: "+79161234567"}}, wrong: []leads.Identity{{Kind: leads.KindPhone, Value: "12-34"}}},
		"what a letter of a form says merges nobody": {
			touch: leads.Touch{Channel: leads.ChannelMail, From: []leads.Identity{{Kind: leads.KindEmail, Value: "Igor@Client"}, {Kind: leads.KindPhone, Value: "нет"}}},
			wrong: []leads.Identity{{Kind: leads.KindEmail, Value: "Igor@Client"}, {Kind: leads.KindPhone, Value: "нет"}}},
		"the line of a call is known by it": {
			touch: leads.Touch{Channel: leads.ChannelCall, Call: ring, From: []leads.Identity{{Kind: leads.KindPhone, Value: "+7916123456"}}},
			from:  []leads.Identity{{Kind: leads.KindAsWritten, Value: "+7916123456"}}, wrong: []leads.Identity{{Kind: leads.KindPhone, Value: "+7916123456"}}},
		"a withheld number is nothing": {touch: leads.Touch{Channel: leads.ChannelCall, Call: ring, From: []leads.Identity{{Kind: leads.KindPhone, Value: "Anonymous"}}}},
		"an extension is nothing":      {touch: leads.Touch{Channel: leads.ChannelCall, Call: ring, From: []leads.Identity{{Kind: leads.KindPhone, Value: "101"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.touch.Normalise("RU")
			for _, f := range []struct {
				what      string
				got, want []leads.Identity
			}{{"from", got.From, c.from}, {"offered", got.Offered, c.offer}, {"unread", got.Unread, c.wrong}} {
				if len(f.got)+len(f.want) > 0 && !reflect.DeepEqual(f.got, f.want) {
					t.Errorf("%s: %v, want %v", f.what, f.got, f.want)
				}
			}
		})
	}
}

func TestFirstPhoneStaysTheMainOne(t *testing.T) {
	got := leads.Touch{Channel: leads.ChannelForm, From: []leads.Identity{
		{Kind: leads.KindEmail, Value: "b@example.com"}, {Kind: leads.KindPhone, Value: "8 916 123-45-67"}, {Kind: leads.KindPhone, Value: "8 495 123-45-67"}, {Kind: leads.KindEmail, Value: "a@example.com"},
	}}.Normalise("RU").From
	want := []leads.Identity{{Kind: leads.KindPhone, Value: "+79161234567"}, {Kind: leads.KindPhone, Value: "+74951234567"}, {Kind: leads.KindEmail, Value: "b@example.com"}, {Kind: leads.KindEmail, Value: "a@example.com"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("from %v, want %v", got, want)
	}
}

// TestNobodyIsLost: whatever an inbound touch brings, it has a contact and a
// lead afterwards, but for what no person wrote and callers who withhold their
// number.
func TestNobodyIsLost(t *testing.T) {
	texts := []string{"", "   ", "нет", "8-916-12", "a@", "@", "\x00\xff", "+7 916 123-45-67", "100500", "𝟠", "olga@client.example", "«»"}
	for _, channel := range []leads.Channel{leads.ChannelForm, leads.ChannelMail, leads.ChannelTelegram, "webhook", leads.ChannelVK} {
		for _, kind := range []leads.IdentityKind{leads.KindPhone, leads.KindEmail, "telegram", ""} {
			for _, text := range texts {
				touch := leads.Touch{Source: "s", ExternalID: "1", Channel: channel, Direction: leads.In, From: []leads.Identity{{Kind: kind, Value: text}}}.Normalise("RU")
				o := Decide(touch, Known{})
				if !o.NewContact || !o.NewLead || len(o.AddIdentities) != len(touch.From) || len(o.Unread) != len(touch.Unread) {
					t.Fatalf("%s from %s %q: %+v", channel, kind, text, o)
				}
				if strings.Trim(text, " \x00") != "" && kind != "" && len(touch.From)+len(touch.Unread) == 0 {
					t.Errorf("%s from %s %q: the text is gone", channel, kind, text)
				}
				touch.Automatic = leads.Notice
				if o := Decide(touch, Known{}); o.NewContact || o.NewLead || len(o.Unread) > 0 {
					t.Errorf("a machine on %s is a person: %+v", channel, o)
				}
			}
		}
	}
	for name, touch := range map[string]leads.Touch{
		"a withheld call":  {Channel: leads.ChannelCall, Direction: leads.In, Call: &leads.Call{State: leads.CallRinging, Direction: leads.In}},
		"ours to somebody": {Channel: leads.ChannelMail, Direction: leads.Out},
		"colleagues":       {Channel: leads.ChannelMail, Direction: leads.Internal},
	} {
		if o := Decide(touch, Known{}); o.NewContact || o.NewLead {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

func TestDecideUsedKey(t *testing.T) {
	for name, c := range map[string]struct {
		stored, said string
		reused       bool
	}{
		"the same content":     {"a", "a", false},
		"other content":        {"a", "b", true},
		"stored without one":   {"", "b", false},
		"a source without one": {"a", "", false},
	} {
		o := Decide(leads.Touch{Channel: leads.ChannelForm, Direction: leads.In, Digest: c.said}, Known{Interaction: &KnownInteraction{ID: "1", Digest: c.stored}})
		if !o.Skip || o.KeyReused != c.reused {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

func TestTypedIdentity(t *testing.T) {
	for value, want := range map[string]string{"8 916 123-45-67": "+79161234567", "8-916-12": "", "": "", "olga@client.example": ""} {
		got, err := leads.TypedIdentity("value", leads.KindPhone, value, "RU")
		if got.Value != want || (err == nil) != (want != "") {
			t.Errorf("%q is %v, %v", value, got, err)
		}
	}
}
