package api

import "encoding/json"

// OptionalID is an id in a change: left out it stays, null takes it away.
type OptionalID struct {
	Given bool
	ID    string // empty: null
}

// UnmarshalJSON implements json.Unmarshaler; it is called for null too.
func (o *OptionalID) UnmarshalJSON(b []byte) error {
	o.Given = true
	return json.Unmarshal(b, &o.ID)
}
