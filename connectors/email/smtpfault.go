package email

import (
	"net/textproto"
	"regexp"
	"strings"

	"ctihub/leads"
)

// step is the command of SMTP that a server answers.
type step int

const (
	atSender step = iota
	atRecipient
	atContent
)

var enhanced = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// faultOfRefusal returns the code of a final refusal, by the enhanced status code of
// the answer or else by the command and the reply code (RFC 5321).
func faultOfRefusal(at step, answer *textproto.Error) leads.ReplyFault {
	status := enhanced.FindString(answer.Msg)
	if f := faultOfStatus(status); f != "" {
		return f
	}
	switch {
	case answer.Code == 552 && at == atRecipient:
		return leads.FaultMailboxFull
	case answer.Code == 552:
		return leads.FaultFileTooLarge
	case at == atSender:
		return leads.FaultSetup
	case at == atRecipient && status == "" && (answer.Code == 550 || answer.Code == 551 || answer.Code == 553):
		return leads.FaultNoAddress
	}
	return leads.FaultRefused
}

// faultOfStatus returns the code of an enhanced status code (RFC 3463); empty if it
// has none.
func faultOfStatus(s string) leads.ReplyFault {
	switch {
	case s == "5.1.7", s == "5.1.8": // the sender's address
		return leads.FaultSetup
	case s == "5.2.2":
		return leads.FaultMailboxFull
	case s == "5.2.3", s == "5.3.4":
		return leads.FaultFileTooLarge
	case strings.HasPrefix(s, "5.1."), s == "5.2.1", s == "5.4.4": // address, mailbox switched off, no way to its domain
		return leads.FaultNoAddress
	}
	return ""
}
