package leads

import (
	"errors"
	"slices"
	"testing"
)

// What a call-back form and click to call reach by default in Russia. The kinds
// of numbers are those of the Russian, German, British and other number plans:
// 803 and 809 are paid services, 8 800 is free for the caller, +77 is Kazakhstan,
// +1 809 the Dominican Republic, +44 70 personal numbers, +883 and +881 satellite
// and international networks; 01, 101, 102 and 112 are for emergencies.
func TestDialPolicyByDefault(t *testing.T) {
	p := UsualDialPolicy("RU")
	for number, want := range map[string]struct{ click, form error }{
		"+79161234567":     {nil, nil},
		"+74951234567":     {nil, nil},
		"+78001234567":     {nil, RefuseKind},
		"+78091234567":     {RefuseCostly, RefuseCostly},
		"+78031234567":     {RefuseCostly, RefuseCostly},
		"+447012345678":    {RefuseCostly, RefuseCostly},
		"+77011234567":     {RefuseForeign, RefuseForeign},
		"+18095551234":     {RefuseForeign, RefuseForeign},
		"+4930901820":      {RefuseForeign, RefuseForeign},
		"+883510012345678": {RefuseForeign, RefuseKind},
		"+88161234567":     {RefuseForeign, RefuseKind},
		"+5312345678":      {RefuseForeign, RefuseKind},
		"112":              {RefuseEmergency, RefuseUnreadable},
		"102":              {RefuseEmergency, RefuseUnreadable},
		"01":               {RefuseEmergency, RefuseUnreadable},
		"100":              {nil, RefuseUnreadable},
		"+7":               {RefuseUnreadable, RefuseUnreadable},
		"+781088161234567": {RefuseForeign, RefuseKind}, // 8 10 881 6123 4567, read as a number of Russia
	} {
		if err := p.Judge(Dial{Number: number}, false); !errors.Is(err, want.click) {
			t.Errorf("click to call %s: %v, want %v", number, err, want.click)
		}
		err := p.Judge(Dial{Number: number, Form: true}, false)
		if !errors.Is(err, want.form) || err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("form %s: %v, want %v", number, err, want.form)
		}
	}
	if err := p.Judge(Dial{Number: "101"}, true); err != nil {
		t.Errorf("a colleague at 101: %v", err)
	}
}

// Regions and beginnings of numbers can be allowed and denied; a paid service is
// not dialled even so, and forms have a list of their own.
func TestDialPolicyByConfiguration(t *testing.T) {
	p := UsualDialPolicy("RU")
	p.Click.Allow, p.Forms.Allow, p.Deny = []string{"RU", "KZ", "+4930", "+5312"}, []string{"+7495"}, []string{"+77012", "900"}
	for number, want := range map[string]struct{ click, form error }{
		"+79161234567":  {nil, RefuseForeign},
		"+74951234567":  {nil, nil},
		"+77011234567":  {nil, RefuseForeign},
		"+77012234567":  {RefuseDenied, RefuseDenied},
		"+4930901820":   {nil, RefuseForeign},
		"+498912345678": {RefuseForeign, RefuseForeign},
		"+5312345678":   {nil, RefuseKind},
		"+78091234567":  {RefuseCostly, RefuseCostly},
		"9001":          {RefuseDenied, RefuseDenied},
	} {
		if err := p.Judge(Dial{Number: number}, false); !errors.Is(err, want.click) {
			t.Errorf("click to call %s: %v, want %v", number, err, want.click)
		}
		if err := p.Judge(Dial{Number: number, Form: true}, false); !errors.Is(err, want.form) {
			t.Errorf("form %s: %v, want %v", number, err, want.form)
		}
	}
}

func TestDialRefusalsHaveWords(t *testing.T) {
	for _, r := range DialRefusals {
		if r.Words() == "" {
			t.Errorf("%s has no words", r)
		}
	}
	if len(refusalWords) != len(slices.Compact(slices.Sorted(slices.Values(DialRefusals)))) {
		t.Error("the list of refusals is not complete")
	}
}

// What is counted of a dial: not how often a colleague is called.
func TestDialCounts(t *testing.T) {
	p := UsualDialPolicy("RU")
	of := func(d Dial) (all []string) {
		for _, c := range p.Counts(d) {
			all = append(all, c.Of)
		}
		return all
	}
	anna := Person{ID: "anna"}
	for what, c := range map[string]struct {
		dial Dial
		want []string
	}{
		"a click":          {Dial{User: anna, Number: "+79161234567", Address: "192.0.2.1"}, []string{"click address 192.0.2.1", "click user anna", "click number +79161234567", "click hub all"}},
		"a colleague":      {Dial{User: anna, Number: "101"}, []string{"click user anna", "click hub all"}},
		"a visitor's wish": {Dial{User: anna, Number: "+79161234567", Address: "203.0.113.1", Form: true}, []string{"form address 203.0.113.1", "form number +79161234567", "form hub all"}},
	} {
		if got := of(c.dial); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}
