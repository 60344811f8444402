package leads

import (
	"errors"
	"regexp"
	"time"
)

// DialState is how far a call that a user asked the hub to place has come. It
// only moves forward, in the order of the constants.
type DialState string

// States of a dial.
const (
	DialAsked    DialState = "asked"            // stored; not given to the exchange yet
	DialOperator DialState = "ringing_operator" // given to the exchange, which rings the user's telephone first
	DialCustomer DialState = "ringing_customer" // the user picked up; the number is being dialled
	DialTalking  DialState = "talking"
	DialEnded    DialState = "ended"  // they talked
	DialFailed   DialState = "failed" // they did not, see DialReason
)

// Over reports whether the state is final.
func (s DialState) Over() bool { return s == DialEnded || s == DialFailed }

// Rank orders the states; 0 is none.
func (s DialState) Rank() int {
	switch s {
	case DialAsked:
		return 1
	case DialOperator:
		return 2
	case DialCustomer:
		return 3
	case DialTalking:
		return 4
	case DialEnded, DialFailed:
		return 5
	}
	return 0
}

// DialReason is why a dial failed.
type DialReason string

// Reasons.
const (
	DialRefused             DialReason = "refused"              // the number plan does not allow the number
	DialExchangeAway        DialReason = "exchange_away"        // nothing was dialled
	DialExchangeRefused     DialReason = "exchange_refused"     // the exchange did not take the request, or did not dial the number
	DialDeviceUnreachable   DialReason = "device_unreachable"   // the user's telephone is not registered or does not answer
	DialOperatorBusy        DialReason = "operator_busy"        // or declined
	DialOperatorNoAnswer    DialReason = "operator_no_answer"   //
	DialCustomerBusy        DialReason = "customer_busy"        // or declined
	DialCustomerNoAnswer    DialReason = "customer_no_answer"   //
	DialCustomerUnreachable DialReason = "customer_unreachable" //
	DialCancelled           DialReason = "cancelled"            // the user gave up
	DialLost                DialReason = "lost"                 // the connection to the exchange was lost; perhaps dialled, so not repeated
)

// Dial is a call that a user asked the hub to place: the telephone of their
// extension rings, and when it is answered the number is dialled.
type Dial struct {
	ID        string     `json:"id"` // UUIDv7; also the linkedid of the call
	User      Person     `json:"user"`
	Source    string     `json:"source"` // the exchange
	Extension string     `json:"extension"`
	Number    string     `json:"number"` // E.164 if it is a phone number, an extension otherwise
	State     DialState  `json:"state"`
	Reason    DialReason `json:"reason,omitempty"` // of DialFailed
	Asked     time.Time  `json:"asked"`
	Updated   time.Time  `json:"updated"`
	CallID    string     `json:"call_id,omitempty"` // the call in the log, once there is one

	Key       string `json:"-"` // idempotency key of the user
	Form      bool   `json:"-"` // asked for by a visitor of a website, not by the user
	Address   string `json:"-"` // of the client that asked; not stored with the dial
	Cancelled bool   `json:"-"` // the user gave up; the exchange may not know yet
	Answered  bool   `json:"-"` // the stored call was answered
}

// dialable matches every text that may be dialled.
var dialable = regexp.MustCompile(`^\+?[0-9]{2,15}$`)

// ErrUndialable says that a text is not a number that may be dialled. It does not
// quote the text.
var ErrUndialable = errors.New("not a number that can be dialled: 2 to 15 digits, with a + before them or without")

// CheckDialable returns ErrUndialable unless s is digits, with a + before them
// or without.
func CheckDialable(s string) error {
	if !dialable.MatchString(s) {
		return ErrUndialable
	}
	return nil
}
