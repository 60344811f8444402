package web

import (
	"os"
	"slices"
	"strings"
	"testing"

	"ctihub/leads"
)

// The API names every code that the hub gives instead of words, and no other. The
// workplace has words for each in both languages: its dictionaries do not compile
// without.
func TestCodesAreNamed(t *testing.T) {
	schemas := newContract(t).doc.Components.Schemas
	check := func(schema, property string, codes []string) {
		t.Helper()
		var named []string
		for _, v := range schemas[schema].Value.Properties[property].Value.Enum {
			named = append(named, v.(string))
		}
		if len(codes) == 0 || !slices.Equal(named, codes) {
			t.Errorf("%s.%s: openapi.yaml names %q, the hub %q", schema, property, named, codes)
		}
	}
	check("QuarantinedTouch", "cause", texts(leads.QuarantineCauses))
	check("Source", "fault", texts(leads.SourceFaults))
	check("Reply", "fault", texts(leads.ReplyFaults))
	check("Problem", "reason", append(texts(leads.DialRefusals), problemReasons...))
}

func texts[T ~string](codes []T) (all []string) {
	for _, c := range codes {
		all = append(all, string(c))
	}
	return all
}

// The API names every type of event that the hub records, and no other; the
// pages for scripts tell of each.
func TestEventsAreNamed(t *testing.T) {
	var named, recorded []string
	for _, v := range newContract(t).doc.Components.Schemas["Event"].Value.Properties["type"].Value.Enum {
		named = append(named, v.(string))
	}
	page, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range leads.EventTypes {
		recorded = append(recorded, string(e))
		if !strings.Contains(string(page), "`"+string(e)+"`") {
			t.Errorf("docs/api.md does not tell of %s", e)
		}
	}
	slices.Sort(named)
	slices.Sort(recorded)
	if len(named) == 0 || !slices.Equal(named, recorded) {
		t.Errorf("openapi.yaml names the events %q, the hub records %q", named, recorded)
	}
}
