package leads

import (
	"reflect"
	"testing"
	"time"
)

func TestUnreadIsKept(t *testing.T) {
	ring := &Call{State: CallRinging, Started: time.Unix(1, 0)}
	for name, c := range map[string]struct {
		touch              Touch
		from, offer, wrong []Identity
	}{
		"beside one that can be read": {
			touch: Touch{Channel: ChannelForm, From: []Identity{{KindEmail, "Olga@client.example"}, {KindPhone, " 8-916-12\n Ольга "}}},
			from:  []Identity{{KindEmail, "olga@client.example"}}, wrong: []Identity{{KindPhone, "8-916-12 Ольга"}}},
		"alone, and each once": {
			touch: Touch{Channel: "webhook", From: []Identity{{KindPhone, "нет"}, {KindEmail, "olga@"}, {KindPhone, "нет"}, {KindPhone, "  "}}},
			wrong: []Identity{{KindPhone, "нет"}, {KindEmail, "olga@"}}},
		"a shared contact": {
			touch: Touch{Channel: ChannelTelegram, From: []Identity{{"telegram", "1"}}, Offered: []Identity{{KindPhone, "12-34"}, {KindPhone, "8 916 123-45-67"}}},
			from:  []Identity{{"telegram", "1"}}, offer: []Identity{{KindPhone, "+79161234567"}}, wrong: []Identity{{KindPhone, "12-34"}}},
		"what a letter of a form says merges nobody": {
			touch: Touch{Channel: ChannelMail, From: []Identity{{KindEmail, "Igor@Client"}, {KindPhone, "нет"}}},
			wrong: []Identity{{KindEmail, "Igor@Client"}, {KindPhone, "нет"}}},
		"the line of a call is known by it": {
			touch: Touch{Channel: ChannelCall, Call: ring, From: []Identity{{KindPhone, "+7916123456"}}},
			from:  []Identity{{KindAsWritten, "+7916123456"}}, wrong: []Identity{{KindPhone, "+7916123456"}}},
		"a withheld number is nothing": {touch: Touch{Channel: ChannelCall, Call: ring, From: []Identity{{KindPhone, "Anonymous"}}}},
		"an extension is nothing":      {touch: Touch{Channel: ChannelCall, Call: ring, From: []Identity{{KindPhone, "101"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.touch.Normalise("RU")
			for _, f := range []struct {
				what      string
				got, want []Identity
			}{{"from", got.From, c.from}, {"offered", got.Offered, c.offer}, {"unread", got.Unread, c.wrong}} {
				if len(f.got)+len(f.want) > 0 && !reflect.DeepEqual(f.got, f.want) {
					t.Errorf("%s: %v, want %v", f.what, f.got, f.want)
				}
			}
		})
	}
}

func TestFirstPhoneStaysTheMainOne(t *testing.T) {
	got := Touch{Channel: ChannelForm, From: []Identity{
		{KindEmail, "b@example.com"}, {KindPhone, "8 916 123-45-67"}, {KindPhone, "8 495 123-45-67"}, {KindEmail, "a@example.com"},
	}}.Normalise("RU").From
	want := []Identity{{KindPhone, "+79161234567"}, {KindPhone, "+74951234567"}, {KindEmail, "b@example.com"}, {KindEmail, "a@example.com"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("from %v, want %v", got, want)
	}
}

// TestNobodyIsLost: whatever an inbound touch brings, it has a contact and a
// lead afterwards, but for what no person wrote and callers who withhold their
// number.
func TestNobodyIsLost(t *testing.T) {
	texts := []string{"", "   ", "нет", "8-916-12", "a@", "@", "\x00\xff", "+7 916 123-45-67", "100500", "𝟠", "olga@client.example", "«»"}
	for _, channel := range []Channel{ChannelForm, ChannelMail, ChannelTelegram, "webhook", ChannelVK} {
		for _, kind := range []IdentityKind{KindPhone, KindEmail, "telegram", ""} {
			for _, text := range texts {
				touch := Touch{Source: "s", ExternalID: "1", Channel: channel, Direction: In, From: []Identity{{kind, text}}}.Normalise("RU")
				o := Decide(touch, Known{})
				if !o.NewContact || !o.NewLead || len(o.AddIdentities) != len(touch.From) || len(o.Unread) != len(touch.Unread) {
					t.Fatalf("%s from %s %q: %+v", channel, kind, text, o)
				}
				if line(text, maxName) != "" && kind != "" && len(touch.From)+len(touch.Unread) == 0 {
					t.Errorf("%s from %s %q: the text is gone", channel, kind, text)
				}
				touch.Automatic = Notice
				if o := Decide(touch, Known{}); o.NewContact || o.NewLead || len(o.Unread) > 0 {
					t.Errorf("a machine on %s is a person: %+v", channel, o)
				}
			}
		}
	}
	for name, touch := range map[string]Touch{
		"a withheld call":  {Channel: ChannelCall, Direction: In, Call: &Call{State: CallRinging, Direction: In}},
		"ours to somebody": {Channel: ChannelMail, Direction: Out},
		"colleagues":       {Channel: ChannelMail, Direction: Internal},
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
		o := Decide(Touch{Channel: ChannelForm, Direction: In, Digest: c.said}, Known{Interaction: &KnownInteraction{ID: "1", Digest: c.stored}})
		if !o.Skip || o.KeyReused != c.reused {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

func TestCorrectOffer(t *testing.T) {
	phone := Offer{Identity: Identity{KindPhone, "8-916-12"}, Unread: true}
	for value, want := range map[string]string{"8 916 123-45-67": "+79161234567", "8-916-12": "", "": "", "olga@client.example": ""} {
		got, err := phone.Correct(value, "RU")
		if got.Value != want || (err == nil) != (want != "") {
			t.Errorf("%q is %v, %v", value, got, err)
		}
	}
}
