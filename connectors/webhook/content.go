package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"ctihub/leads"
)

// content is one event, as it was sent and expanded: a path that finds nothing in
// the first is tried in the second, where names with brackets are objects, JSON in a
// text is parsed, and the only object of a list replaces the list.
type content struct{ sent, expanded any }

// digest is a hash of what the mapping found in a touch, without times: they
// change when the same event is sent again.
func digest(t leads.Touch) string {
	from := slices.Clone(t.From)
	slices.SortFunc(from, leads.CompareIdentities)
	b, _ := json.Marshal([]any{from, t.Name, t.To, t.Subject, t.Text, t.UTM, t.Direction}) // texts only
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
