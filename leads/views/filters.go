package views

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"ctihub/leads"
)

// QueryMost is the greatest length of a view's query in characters.
const QueryMost = 2000

// filters are the parameters by which the address of each list restricts and sorts it. The
// workplace has the same in web/ui/src/views/filters.ts.
var filters = map[leads.ViewList][]string{
	leads.ViewCalls: {
		"q", "period", "since", "until", "order", "direction", "disposition", "operator", "queue", "line", "source", "utm_source", "team", "talk", "wait", "recorded",
	},
	leads.ViewLeads: {
		"q", "period", "since", "until", "order", "stage", "owner", "source", "channel", "utm_source", "team", "repeat", "waiting", "pipeline", "at", "look", "field",
	},
	leads.ViewTasks:    {"period", "since", "until", "order", "state", "whose", "kind"},
	leads.ViewContacts: {"q", "order", "owner", "tag", "field"},

	leads.ViewCompanies: {"q", "order", "owner", "field"},
}

// checkQuery returns the query of a list's address in the form in which it is stored: the
// parameters by name, each once; only field may be there several times.
func checkQuery(list leads.ViewList, query string) (string, error) {
	if n := utf8.RuneCountInString(query); n > QueryMost {
		return "", leads.Invalid("query", "It is too long: "+leads.OutOf(n, QueryMost)+" characters.")
	}
	values, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil {
		return "", leads.Invalid("query", "Give what the address of the list has after its question mark.")
	}
	known := filters[list]
	for name, of := range values {
		switch {
		case !slices.Contains(known, name):
			return "", leads.Invalid("query", "The list has no filter "+name+"; it has "+strings.Join(known, ", ")+".")
		case len(of) > 1 && name != "field":
			return "", leads.Invalid("query", "It has "+name+" more than once; put a comma between the values.")
		case !leads.Printable(strings.Join(of, "")):
			return "", leads.Invalid("query", "The value of "+name+" has control characters.")
		case name == "order" && !slices.Contains(leads.Orders[list], leads.Order(of[0])):
			return "", leads.Invalid("query", fmt.Sprintf("The list has no such order; it has %s.", leads.Orders[list]))
		}
	}
	return values.Encode(), nil
}
