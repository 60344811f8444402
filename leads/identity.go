package leads

// IdentityKind says by which channel a person can be recognised.
type IdentityKind string

// Kinds of identity. Further connectors add their own ("telegram", "viber", …):
// the kind is data, not an enumeration that the domain must know.
const (
	KindPhone IdentityKind = "phone" // value in E.164, "+79161234567"
	KindEmail IdentityKind = "email" // value with a lowercased, punycoded domain
)

// Identity is one way to recognise a person. It is unique over the system:
// two contacts never hold the same one.
//
// A connector may hand over the value as it was received; the intake normalises
// it, and an identity that cannot be normalised is not used for matching.
type Identity struct {
	Kind  IdentityKind `json:"kind"`
	Value string       `json:"value"`
}
