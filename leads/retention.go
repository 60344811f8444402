package leads

import "time"

// Retention says how long finished rows are kept; 0 is for ever. Rows that are not
// finished stay, each for a [KeptReason].
type Retention struct {
	Events     time.Duration // that no delivery needs any more
	Deliveries time.Duration // that were delivered
	Quarantine time.Duration // that was taken in or discarded
}

// KeptReason is why a row stays although it is old. These are all of them.
type KeptReason string

// Reasons to stay.
const (
	KeptWaiting    KeptReason = "delivery_waits"   // the delivery is not done; its event is sent with it
	KeptDead       KeptReason = "delivery_dead"    // the delivery was given up and can be sent again
	KeptDelivery   KeptReason = "event_delivery"   // the event belongs to a delivery that is kept
	KeptNewest     KeptReason = "event_newest"     // the newest event is the position of the readers
	KeptQuarantine KeptReason = "quarantine_waits" // it waits for a decision
)

// Swept is what was deleted, and what had to stay although it is old.
type Swept struct {
	Events, Deliveries, Quarantine int64
	Kept                           map[KeptReason]int64
}
