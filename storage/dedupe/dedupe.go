// Package dedupe keeps the hubs of one database from colliding on one person,
// over Redis or, for a single hub, in memory. It is a hint that saves work: the
// unique keys of the database decide, whatever is answered or lost here.
package dedupe

import (
	"time"

	"ctihub/leads/intake"
)

const (
	// claimLife is how long a claim lasts if it is never released, because its
	// hub died. Nearly all transactions are over long before.
	claimLife = 3 * time.Second
	// claimPatience is how long Claim waits in all for another's claim.
	claimPatience = 200 * time.Millisecond
	// knownLife is how long a remembered identity needs no claim.
	knownLife = 30 * 24 * time.Hour
)

var (
	_ intake.Dedupe = (*Memory)(nil)
	_ intake.Dedupe = (*Redis)(nil)
)
