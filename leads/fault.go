package leads

import "errors"

// ReplyFault is the code of why a reply was not sent, was not delivered, or has an
// unknown fate. The workplace translates it; Reply.Error is the channel's own text.
type ReplyFault string

// Faults of replies. The comment of a fault with a limit ends with its unit.
const (
	FaultBlocked      ReplyFault = "blocked"        // the customer does not let us write: blocked, unsubscribed, private
	FaultBlacklisted  ReplyFault = "blacklisted"    // we do not let the customer write: they are on our list in the channel
	FaultNoAddress    ReplyFault = "no_address"     // the channel does not know the address (any more), or it is malformed
	FaultNeverWrote   ReplyFault = "never_wrote"    // the customer must begin the conversation
	FaultWindow       ReplyFault = "window_closed"  // too long since the customer last wrote; hours
	FaultTemplateOnly ReplyFault = "template_only"  // the same, and the template carries a short text only; characters
	FaultTooLong      ReplyFault = "too_long"       // text; characters, 0: the channel does not say
	FaultFileTooLarge ReplyFault = "file_too_large" // bytes, 0: the channel does not say
	FaultFileKind     ReplyFault = "file_kind"      // the channel does not take such a file
	FaultTooManyFiles ReplyFault = "too_many_files" // files
	FaultNoFiles      ReplyFault = "no_files"       // the channel takes no files at all
	FaultFileGone     ReplyFault = "file_gone"      // the hub has not the attachment any more
	FaultEmpty        ReplyFault = "empty"          // neither text nor file
	FaultMailboxFull  ReplyFault = "mailbox_full"   // the customer's
	FaultSetup        ReplyFault = "setup"          // of the source, its token, rights or account: for an administrator
	FaultRefused      ReplyFault = "refused"        // by the channel for a reason of its own
	FaultUndelivered  ReplyFault = "undelivered"    // the channel took it and could not deliver it
	FaultBusy         ReplyFault = "busy"           // the channel limits the rate of requests
	FaultUnreachable  ReplyFault = "unreachable"    // the channel could not be reached
	FaultGivenUp      ReplyFault = "given_up"       // all attempts failed for so long; hours
	FaultInterrupted  ReplyFault = "interrupted"    // the hub stopped, or the channel's answer was lost, during sending
	FaultPartly       ReplyFault = "partly"         // the first messages of it went out, the others did not
	FaultWithdrawn    ReplyFault = "withdrawn"      // by a user, before it was sent
	FaultOther        ReplyFault = "other"          // another fault
)

// ReplyFaults are all of them.
var ReplyFaults = []ReplyFault{
	FaultBlocked, FaultBlacklisted, FaultNoAddress, FaultNeverWrote, FaultWindow, FaultTemplateOnly, FaultTooLong, FaultFileTooLarge,
	FaultFileKind, FaultTooManyFiles, FaultNoFiles, FaultFileGone, FaultEmpty, FaultMailboxFull, FaultSetup, FaultRefused, FaultUndelivered,
	FaultBusy, FaultUnreachable, FaultGivenUp, FaultInterrupted, FaultPartly, FaultWithdrawn, FaultOther,
}

// Because notes the code of an error of sending.
func Because(f ReplyFault, err error) error { return Beyond(f, 0, err) }

// Beyond notes the code of an error of sending with its limit.
func Beyond(f ReplyFault, limit int64, err error) error { return faultError{err, f, limit} }

// Refuse is an error that ends a reply for good, in words.
func Refuse(f ReplyFault, words string) error { return Permanent(Because(f, errors.New(words))) }

// FaultOf returns the outermost code that [Because] or [Beyond] noted, and its
// limit; empty for none.
func FaultOf(err error) (ReplyFault, int64) {
	var f faultError
	errors.As(err, &f)
	return f.fault, f.limit
}

type faultError struct {
	error
	fault ReplyFault
	limit int64
}

func (e faultError) Unwrap() error { return e.error }
