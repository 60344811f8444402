package leads

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

var testChoices = []CustomChoice{{ID: "c1", Name: "Gold"}, {ID: "c2", Name: "Silver"}, {ID: "c3", Name: "Tin", Retired: true}}

// Each kind takes these values and stores them so; the API gets back what is stored.
func TestCustomValuesAreRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind          CustomKind
		value, stored string
		api           string // empty: the same as value
	}{
		{CustomText, `"  Dom  12 "`, "Dom 12", `"Dom 12"`},
		{CustomText, `"a|b"`, "a|b", ""},
		{CustomNumber, `12.50`, "12.5", `12.5`},
		{CustomNumber, `"1 000,25"`, "1000.25", `1000.25`},
		{CustomNumber, `-0.000001`, "-0.000001", ""},
		{CustomNumber, `-0`, "0", `0`},
		{CustomNumber, `007`, "", ""},
		{CustomNumber, `999999999999.999`, "999999999999.999", ""},
		{CustomNumber, `1000000000000`, "", ""},
		{CustomNumber, `0.0000001`, "", ""},
		{CustomNumber, `1e3`, "", ""},
		{CustomNumber, `true`, "", ""},
		{CustomMoney, `{"amount":150050,"currency":"RUB"}`, "150050 RUB", ""},
		{CustomMoney, `{"amount":-1,"currency":"EUR"}`, "-1 EUR", ""},
		{CustomMoney, `"1 500,5 eur"`, "150050 EUR", `{"amount":150050,"currency":"EUR"}`},
		{CustomMoney, `"1500"`, "150000 RUB", `{"amount":150000,"currency":"RUB"}`},
		{CustomMoney, `{"amount":1.5,"currency":"RUB"}`, "", ""},
		{CustomMoney, `{"amount":1,"currency":"rub"}`, "", ""},
		{CustomMoney, `{"currency":"RUB"}`, "", ""},
		{CustomDate, `"1990-05-17"`, "1990-05-17", ""},
		{CustomDate, `"17.05.1990"`, "1990-05-17", `"1990-05-17"`},
		{CustomDate, `"2023-02-29"`, "", ""},
		{CustomDate, `"1799-12-31"`, "", ""},
		{CustomDate, `19900517`, "", ""},
		{CustomChoose, `"c1"`, "c1", ""},
		{CustomChoose, `" gOLD "`, "c1", `"c1"`},
		{CustomChoose, `["c1","c2"]`, "", ""},
		{CustomChoose, `"c3"`, "", ""},
		{CustomChoose, `"Copper"`, "", ""},
		{CustomSeveral, `["silver","c1","c2"]`, "c1,c2", `["c1","c2"]`},
		{CustomSeveral, `[1]`, "", ""},
		{CustomYesNo, `true`, "yes", ""},
		{CustomYesNo, `false`, "no", ""},
		{CustomYesNo, `"Да"`, "yes", `true`},
		{CustomYesNo, `"maybe"`, "", ""},
		{CustomPhone, `"8 916 123-45-67"`, "+79161234567", `"+79161234567"`},
		{CustomPhone, `"12"`, "", ""},
		{CustomLink, `"https://example.com/a?b=1"`, "https://example.com/a?b=1", ""},
		{CustomLink, `"javascript:alert(1)"`, "", ""},
		{CustomLink, `"https://user:secret@example.com"`, "", ""},
		{CustomLink, `"example.com"`, "", ""},
		{CustomText, `5`, "", ""},
		{CustomText, `"` + strings.Repeat("я", CustomTextMost+1) + `"`, "", ""},
		{CustomText, `"a\u0000b"`, "", ""},
		{CustomText, `"a\nb"`, "", ""},
	} {
		f := CustomField{ID: "code", Kind: c.kind, Choices: testChoices}
		texts, err := f.Parse(json.RawMessage(c.value), nil, CustomRules{Region: "RU", Currency: "RUB"})
		if c.stored == "" {
			var p *Problem
			if !errors.As(err, &p) || p.Field != "fields.code" || p.Detail == "" {
				t.Errorf("%s %s: got %q, %v; want a problem of fields.code", c.kind, c.value, texts, err)
			}
			continue
		}
		if got := strings.Join(texts, ","); err != nil || got != c.stored {
			t.Errorf("%s %s is stored as %q, %v; want %q", c.kind, c.value, got, err, c.stored)
			continue
		}
		want := c.api
		if want == "" {
			want = c.value
		}
		if got := string(EncodeCustom(c.kind, texts)); got != want {
			t.Errorf("%s %s is answered with %s, want %s", c.kind, c.value, got, want)
		}
		if back := f.Stored(EncodeCustom(c.kind, texts)); !slices.Equal(back, texts) {
			t.Errorf("%s %s is read back as %q", c.kind, c.value, back)
		}
	}
	for _, kind := range CustomKinds {
		for _, nothing := range []string{`null`, `""`, `"  "`} {
			if texts, err := (CustomField{Kind: kind}).Parse(json.RawMessage(nothing), nil, CustomRules{}); err != nil || texts != nil {
				t.Errorf("%s %s: got %q, %v; want none", kind, nothing, texts, err)
			}
		}
	}
	had := CustomField{ID: "code", Kind: CustomSeveral, Choices: testChoices}
	if texts, err := had.Parse(json.RawMessage(`["c3","c1"]`), []string{"c3"}, CustomRules{}); err != nil || !slices.Equal(texts, []string{"c1", "c3"}) {
		t.Errorf("a retired choice that the record has: got %q, %v", texts, err)
	}
}

// A change names what it changes: other fields stay, equal values are no change, retired fields
// can be cleared only, and codes of other records are refused.
func TestCustomValuesAreChanged(t *testing.T) {
	t.Parallel()
	all := []CustomField{
		{ID: "size", Object: CustomOfContact, Kind: CustomNumber}, {ID: "town", Object: CustomOfContact, Kind: CustomText, Name: "Town"},
		{ID: "old", Object: CustomOfContact, Kind: CustomText, Retired: true}, {ID: "deal", Object: CustomOfLead, Kind: CustomText},
	}
	was := CustomValues{"size": json.RawMessage(`4`), "old": json.RawMessage(`"x"`), "town": json.RawMessage(`"Oryol"`)}
	is, changes, err := was.Change(all, CustomOfContact, CustomValues{"size": json.RawMessage(`4.0`), "old": json.RawMessage(`null`), "town": json.RawMessage(`"Tula"`)}, CustomRules{})
	if err != nil || len(changes) != 2 || changes[0].Field.ID != "town" || changes[1].Field.ID != "old" || len(changes[1].After) != 0 {
		t.Fatalf("got %+v, %v; want a change of town and one of old", changes, err)
	}
	if e := changes[0].Entry(); e.Before != "Oryol" || e.After != "Tula" || *e.Custom != (CustomName{"town", "Town"}) {
		t.Errorf("the history says %+v", e)
	}
	if string(is["size"]) != "4" || string(is["town"]) != `"Tula"` || is.Has("old") || !was.Has("old") {
		t.Errorf("the values are %s, they were %s", is, was)
	}
	for code, value := range map[string]string{"deal": `"x"`, "none": `"x"`, "old": `"y"`, "size": `"big"`} {
		var p *Problem
		if _, _, err := was.Change(all, CustomOfContact, CustomValues{code: json.RawMessage(value)}, CustomRules{}); !errors.As(err, &p) || p.Field != "fields."+code {
			t.Errorf("%s: got %v, want a problem of fields.%s", code, err, code)
		}
	}
}

// A field is required in its stage and in later open and won ones of the pipeline.
func TestCustomFieldIsRequiredFromAStageOn(t *testing.T) {
	t.Parallel()
	p := Pipeline{ID: "p", Stages: []Stage{{ID: "1", Kind: StageOpen}, {ID: "2", Kind: StageOpen}, {ID: "3", Kind: StageOpen}, {ID: "w", Kind: StageWon}, {ID: "l", Kind: StageLost}}}
	f := CustomField{Object: CustomOfLead, RequiredFrom: []string{"2"}}
	got := ""
	for _, s := range p.Stages {
		if f.RequiredIn(p, s.ID) {
			got += s.ID
		}
	}
	if got != "23w" {
		t.Errorf("required in %s, want 23w", got)
	}
	f.Pipelines = []string{"q"}
	if f.RequiredIn(p, "3") {
		t.Error("a field of another pipeline is required")
	}
	f.Pipelines, f.Retired = nil, true
	if f.RequiredIn(p, "3") {
		t.Error("a retired field is required")
	}
}

// Filters compare what is stored; both ends of a range may be open.
func TestCustomFilters(t *testing.T) {
	t.Parallel()
	all := []CustomField{
		{ID: "n", Object: CustomOfContact, Kind: CustomNumber}, {ID: "m", Object: CustomOfContact, Kind: CustomMoney}, {ID: "d", Object: CustomOfContact, Kind: CustomDate},
		{ID: "t", Object: CustomOfContact, Kind: CustomText}, {ID: "c", Object: CustomOfContact, Kind: CustomChoose, Choices: testChoices},
	}
	const least, most = -1 << 63, 1<<63 - 1
	for text, want := range map[string]CustomFilter{
		"n:1.5..":      {FieldID: "n", From: 1500000, To: most},
		"n:..-2":       {FieldID: "n", From: least, To: -2000000},
		"m:10..20.50":  {FieldID: "m", From: 1000, To: 2050},
		"d:1990-05-17": {FieldID: "d", From: 19900517, To: 19900517},
		"t:Ёлка: 1..2": {FieldID: "t", Is: "елка: 1..2", From: least, To: most},
		"c:tin":        {FieldID: "c", Is: "c3", From: least, To: most},
		"c:c2":         {FieldID: "c", Is: "c2", From: least, To: most},
	} {
		if got, err := ParseFilter(all, CustomOfContact, text, CustomRules{}); err != nil || got != want {
			t.Errorf("%s: got %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "n", "n:", "n:x", "none:1", "c:Copper", "d:1..2"} {
		var p *Problem
		if _, err := ParseFilter(all, CustomOfContact, text, CustomRules{}); !errors.As(err, &p) || p.Field != "field" {
			t.Errorf("%q: got %v, want a problem of field", text, err)
		}
	}
}
