// Package dedupe spares conflicts between the hubs of one database that store touches of
// one person, over Redis or, for a single hub, in memory. It is a hint that saves work: the
// unique keys of the database decide, also when a claim is lost.
package dedupe

import (
	"time"

	"ctihub/leads/intake"
)

const (
	// claimLife is the lifetime of a claim whose hub died before it released it. Nearly
	// all transactions are shorter.
	claimLife = 3 * time.Second
	// claimPatience is how long Claim waits in all for the claims of others.
	claimPatience = 200 * time.Millisecond
	// knownLife is how long a remembered identity needs no claim.
	knownLife = 30 * 24 * time.Hour
)

var (
	_ intake.Dedupe = (*Memory)(nil)
	_ intake.Dedupe = (*Redis)(nil)
)
