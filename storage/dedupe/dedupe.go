// Package dedupe recognises over Redis, before the database is asked, that another hub stores
// a touch of the same person just now. It is a hint that saves work: the unique keys of the database
// decide, also when Redis has forgotten everything or cannot be reached.
package dedupe

import (
	"time"

	"ctihub/leads/intake"
)

const (
	// inHand is how long an identity that Redis did not know counts as being stored by the hub
	// that named it. Nearly all transactions are shorter.
	inHand = 25 * time.Millisecond
	// knownLife is how long an identity is remembered.
	knownLife = 30 * 24 * time.Hour
)

var _ intake.Dedupe = (*Redis)(nil)
