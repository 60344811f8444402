package calls

import (
	"errors"
	"slices"
	"testing"

	"ctihub/leads"
)

// What a call-back form and click to call reach by default in Russia. The kinds
// of numbers are those of the Russian, German, British and other number plans:
// 803 and 809 are paid services, 8 800 is free for the caller, +77 is Kazakhstan,
// +1 809 the Dominican Republic, +44 70 personal numbers, +883 and +881 satellite
// and international networks; 01, 101, 102 and 112 are for emergencies.
func TestDialPolicyByDefault(t *testing.T) {
	p := UsualPolicy("RU")
	for number, want := range map[string]struct{ click, form error }{
		"+79161234567":     {nil, nil},
		"+74951234567":     {nil, nil},
		"+78001234567":     {nil, leads.RefuseKind},
		"+78091234567":     {leads.RefuseCostly, leads.RefuseCostly},
		"+78031234567":     {leads.RefuseCostly, leads.RefuseCostly},
		"+447012345678":    {leads.RefuseCostly, leads.RefuseCostly},
		"+77011234567":     {leads.RefuseForeign, leads.RefuseForeign},
		"+18095551234":     {leads.RefuseForeign, leads.RefuseForeign},
		"+4930901820":      {leads.RefuseForeign, leads.RefuseForeign},
		"+883510012345678": {leads.RefuseForeign, leads.RefuseKind},
		"+88161234567":     {leads.RefuseForeign, leads.RefuseKind},
		"+5312345678":      {leads.RefuseForeign, leads.RefuseKind},
		"112":              {leads.RefuseEmergency, leads.RefuseUnreadable},
		"102":              {leads.RefuseEmergency, leads.RefuseUnreadable},
		"01":               {leads.RefuseEmergency, leads.RefuseUnreadable},
		"100":              {nil, leads.RefuseUnreadable},
		"+7":               {leads.RefuseUnreadable, leads.RefuseUnreadable},
		"+781088161234567": {leads.RefuseForeign, leads.RefuseKind}, // 8 10 881 6123 4567, read as a number of Russia
	} {
		if err := p.Judge(leads.Dial{Number: number}, false); !errors.Is(err, want.click) {
			t.Errorf("click to call %s: %v, want %v", number, err, want.click)
		}
		err := p.Judge(leads.Dial{Number: number, Form: true}, false)
		if !errors.Is(err, want.form) || err != nil && !errors.Is(err, leads.ErrInvalid) {
			t.Errorf("form %s: %v, want %v", number, err, want.form)
		}
	}
	if err := p.Judge(leads.Dial{Number: "101"}, true); err != nil {
		t.Errorf("a colleague at 101: %v", err)
	}
}

// Regions and beginnings of numbers can be allowed and denied; a paid service is
// not dialled even so, and forms have a list of their own.
func TestDialPolicyByConfiguration(t *testing.T) {
	p := UsualPolicy("RU")
	p.Click.Allow, p.Forms.Allow, p.Deny = []string{"RU", "KZ", "+4930", "+5312"}, []string{"+7495"}, []string{"+77012", "900"}
	for number, want := range map[string]struct{ click, form error }{
		"+79161234567":  {nil, leads.RefuseForeign},
		"+74951234567":  {nil, nil},
		"+77011234567":  {nil, leads.RefuseForeign},
		"+77012234567":  {leads.RefuseDenied, leads.RefuseDenied},
		"+4930901820":   {nil, leads.RefuseForeign},
		"+498912345678": {leads.RefuseForeign, leads.RefuseForeign},
		"+5312345678":   {nil, leads.RefuseKind},
		"+78091234567":  {leads.RefuseCostly, leads.RefuseCostly},
		"9001":          {leads.RefuseDenied, leads.RefuseDenied},
	} {
		if err := p.Judge(leads.Dial{Number: number}, false); !errors.Is(err, want.click) {
			t.Errorf("click to call %s: %v, want %v", number, err, want.click)
		}
		if err := p.Judge(leads.Dial{Number: number, Form: true}, false); !errors.Is(err, want.form) {
			t.Errorf("form %s: %v, want %v", number, err, want.form)
		}
	}
}

// What is counted of a dial: not how often a colleague is called.
func TestDialCounts(t *testing.T) {
	p := UsualPolicy("RU")
	of := func(d leads.Dial) (all []string) {
		for _, c := range p.Counts(d) {
			all = append(all, c.Of)
		}
		return all
	}
	anna := leads.Person{ID: "anna"}
	for what, c := range map[string]struct {
		dial leads.Dial
		want []string
	}{
		"a click":          {leads.Dial{User: anna, Number: "+79161234567", Address: "192.0.2.1"}, []string{"click address 192.0.2.1", "click user anna", "click number +79161234567", "click hub all"}},
		"a colleague":      {leads.Dial{User: anna, Number: "101"}, []string{"click user anna", "click hub all"}},
		"a visitor's wish": {leads.Dial{User: anna, Number: "+79161234567", Address: "203.0.113.1", Form: true}, []string{"form address 203.0.113.1", "form number +79161234567", "form hub all"}},
	} {
		if got := of(c.dial); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}
