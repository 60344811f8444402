package leads

import "errors"

// QuarantineCause is the code of why a touch is in quarantine. The workplace
// translates it; QuarantinedTouch.Reason is the hub's English text.
type QuarantineCause string

// Causes of quarantine.
const (
	CauseUnreadable  QuarantineCause = "unreadable"   // the hub does not understand what came
	CauseInvalid     QuarantineCause = "invalid"      // it breaks a rule of the hub
	CauseRefused     QuarantineCause = "refused"      // the source refused it: required inputs are missing or wrong
	CauseKeyReused   QuarantineCause = "key_reused"   // its key was used before with other content
	CauseSpamHidden  QuarantineCause = "spam_hidden"  // the input that people do not see is filled in
	CauseSpamFast    QuarantineCause = "spam_fast"    // filled in faster than people do
	CauseSpamProof   QuarantineCause = "spam_proof"   // the browser did not send the proof of work
	CauseSpamContent QuarantineCause = "spam_content" // by the text; see Facts
	CauseOther       QuarantineCause = "other"        // kept by a hub that noted no code
)

// QuarantineCauses are all of them.
var QuarantineCauses = []QuarantineCause{
	CauseUnreadable, CauseInvalid, CauseRefused, CauseKeyReused, CauseSpamHidden, CauseSpamFast, CauseSpamProof, CauseSpamContent, CauseOther,
}

// Codes of Touch.Facts for CauseSpamContent, each written "code:value".
const (
	FactLinks      = "links"      // how many
	FactPhrase     = "phrase"     // that the configuration lists
	FactAlphabets  = "alphabets"  // how many words mix them
	FactDisposable = "disposable" // domain of a throw-away address
	FactSameText   = "same_text"  // from how many addresses
)

// SpamFacts are all of them.
var SpamFacts = []string{FactLinks, FactPhrase, FactAlphabets, FactDisposable, FactSameText}

// CauseOf is the code of why a touch is quarantined.
func CauseOf(t Touch, why error) QuarantineCause {
	switch {
	case errors.Is(why, ErrKeyReused):
		return CauseKeyReused
	case errors.Is(why, ErrRefused) && t.Cause == "":
		return CauseRefused
	case errors.Is(why, ErrSuspect) && t.Cause == "":
		return CauseUnreadable
	case errors.Is(why, ErrRefused), errors.Is(why, ErrSuspect):
		return t.Cause
	}
	return CauseInvalid
}

// SourceFault is the code of why a source does not work. The workplace translates
// it; SourceState.Error is the connector's own text.
type SourceFault string

// Faults of sources.
const (
	SourceDenied       SourceFault = "denied"        // the other side accepts neither password nor token, or forbids it
	SourceUnknownName  SourceFault = "unknown_name"  // the name of the other side has no address
	SourceNotListening SourceFault = "not_listening" // nothing answers at the port
	SourceSilent       SourceFault = "silent"        // no answer in time
	SourceNoRoute      SourceFault = "no_route"      // the network has no route to it
	SourceCertificate  SourceFault = "certificate"   // is not trusted, has expired or is for another name
	SourceLost         SourceFault = "lost"          // the connection broke
	SourceBusy         SourceFault = "busy"          // the other side limits the rate of requests
	SourceOther        SourceFault = "other"         // another fault
)

// SourceFaults are all of them.
var SourceFaults = []SourceFault{
	SourceDenied, SourceUnknownName, SourceNotListening, SourceSilent, SourceNoRoute, SourceCertificate, SourceLost, SourceBusy, SourceOther,
}
