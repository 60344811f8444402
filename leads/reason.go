package leads

import "strings"

// Reason codes of an assignment. A code may carry one argument behind a colon.
const (
	ReasonOwner      = "owner"          // the contact's leading manager
	ReasonRoundRobin = "round_robin"    // ":team" – the manager of the team who waited longest
	ReasonByHand     = "by_hand"        // ":name" – a colleague decided
	ReasonSubstitute = "substitute"     // ":name" – the manager stands in for a colleague who is away
	ReasonReturned   = "returned"       // ":name" – back from the substitute
	ReasonNobody     = "none_available" // ":team" – no manager could take it
)

// ReasonText puts a reason code into an English sentence, for scripts, logs
// and webhooks; the workplace has its own translations.
func ReasonText(code string) string {
	name, arg, _ := strings.Cut(code, ":")
	in := ""
	if arg != "" {
		in = " of team " + arg
	}
	switch name {
	case ReasonOwner:
		return "leads this contact already"
	case ReasonRoundRobin:
		return "next in turn among the available managers" + in
	case ReasonByHand:
		return "given by " + arg
	case ReasonSubstitute:
		return "stands in for " + arg
	case ReasonReturned:
		return "back from " + arg + ", who stood in"
	case ReasonNobody:
		return "no manager" + in + " is available; it will be given to the first who is"
	}
	return code
}
