// Package search says how records are found by what people type: what a query means, which
// words of a record are looked up, how typing errors are forgiven, and why a record was
// found. It is pure; storage keeps the index.
//
// A query is cut into terms, all of which a record must have. A term stands for all words
// that begin with it. Numbers and mail addresses of contacts are found by any part of
// them: the index holds each of their endings as a word.
//
// A query is tried in steps until one of them finds something: as it was typed, as if the
// keyboard had the other layout ([Query.Swapped]), with typing errors ([Query.Corrected]).
package search

import "time"

// Kind is what was found.
type Kind string

// Kinds of hits. Pages of the workplace are known to the workplace only: it adds them to
// what the hub found.
const (
	KindContact     Kind = "contact"
	KindLead        Kind = "lead"
	KindInteraction Kind = "interaction" // a message or form, by its subject or text
	KindCompany     Kind = "company"     // by its names, tax id, domains and shared numbers
	KindPage        Kind = "page"
)

// Kinds are those that are in the index. Companies are few: they are found without it.
var Kinds = []Kind{KindContact, KindLead, KindInteraction}

// Found are the kinds that the hub finds, in the order in which they are shown.
var Found = []Kind{KindContact, KindCompany, KindLead, KindInteraction}

// Limits of a query.
const (
	LimitDefault = 20
	LimitMost    = 100
	LettersMost  = 200 // of a query
)

// Hit is a record that was found.
type Hit struct {
	Kind  Kind   `json:"kind"`
	ID    string `json:"id"`
	Title string `json:"title"` // the contact's name or main identity
	// Why is what was found in it: the number, the address, the company, a piece of the
	// text; if that is the title, what tells it from others of that name.
	Why string `json:"why"`
	// The records beside it that the viewer may see, and the time of an interaction.
	ContactID string    `json:"contact_id,omitempty"`
	LeadID    string    `json:"lead_id,omitempty"`
	At        time.Time `json:"at,omitzero"`
}

// Share divides a limit among the kinds, given how many hits each has: contacts get up to a
// half, the others up to a quarter, and what is left over goes to the first that has more.
func Share(limit int, found []int) []int {
	shares := make([]int, len(found))
	left := limit
	for i, n := range found {
		part := (limit + 3) / 4
		if i == 0 {
			part = (limit + 1) / 2
		}
		shares[i] = min(n, part, left)
		left -= shares[i]
	}
	for i, n := range found {
		more := min(n-shares[i], left)
		shares[i] += more
		left -= more
	}
	return shares
}

// Filled is a step of putting the records into a new index.
type Filled struct {
	Kind Kind // of the records of this step
	Docs int  // records of this step
	Done bool // all are in it, and it is as fast as it will be
}
