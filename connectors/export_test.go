package connectors

// SmallBody is smallBody for the tests of package connectors_test.
const SmallBody = smallBody

// Taken is how many bytes of large bodies are in hand.
func (b *Bodies) Taken() int { return b.slots.Taken() }
