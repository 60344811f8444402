package leads

import (
	"cmp"
	"slices"
)

// Choices are the values that filters of lists offer. Each list is sorted in any case, and has
// at most ChoicesMost values.
type Choices struct {
	Queues         []string `json:"queues"`
	Lines          []string `json:"lines"` // DIDs
	Sources        []string `json:"sources"`
	Teams          []string `json:"teams"`
	Tags           []string `json:"tags"`
	Advertisements []string `json:"advertisements"` // values of utm_source
}

// ChoicesMost is the greatest number of choices of a filter.
const ChoicesMost = 500

// SortChoices returns at most ChoicesMost different values, sorted and without the empty one; never
// nil.
func SortChoices(values []string) []string {
	sorted := slices.DeleteFunc(append([]string{}, values...), func(v string) bool { return v == "" })
	slices.SortFunc(sorted, func(a, b string) int { return cmp.Or(cmp.Compare(Fold(a), Fold(b)), cmp.Compare(a, b)) })
	sorted = slices.Compact(sorted)
	return sorted[:min(len(sorted), ChoicesMost)]
}

// DID is a number by which customers reach the company, with the advertisement that shows it.
type DID struct{ Number, Advert string }
