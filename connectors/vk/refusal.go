package vk

import (
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
)

// VK's error codes that are handled.
const (
	codeUnknown     = 1
	codeToken       = 5
	codePerSecond   = 6
	codePermission  = 7
	codeFlood       = 9
	codeInternal    = 10
	codeCaptcha     = 14
	codeAccess      = 15
	codeUserGone    = 18
	codeGroupToken  = 27
	codeAppToken    = 28
	codeRate        = 29
	codeParameter   = 100
	codeBlocked     = 900
	codeDenied      = 901
	codePrivacy     = 902
	codeTooMany     = 913
	codeTooLong     = 914
	waitPerSecond   = 2 * time.Second
	waitFlood       = time.Minute
	waitRate        = 15 * time.Minute
	waitAfterUpload = 10 * time.Second
)

var (
	errToken = errors.New("VK does not accept the community's access key: make a new one (Manage, API usage, Access tokens) with the rights messages, photos, docs and manage, and put it into token_file")
	errRight = errors.New("the community's access key has not the right: make a new one (Manage, API usage, Access tokens) with the rights messages, photos, docs and manage, and put it into token_file")
)

// inWords explains a failure of receiving to the administrator.
func (c *community) inWords(err error) error {
	var r *refusal
	if !errors.As(err, &r) {
		return err
	}
	switch r.Code {
	case codeToken, codeGroupToken, codeAppToken:
		return fmt.Errorf("%w (code %d)", errToken, r.Code)
	case codePermission, codeAccess:
		return fmt.Errorf("%w (code %d)", errRight, r.Code)
	case codeParameter:
		return fmt.Errorf("VK does not know the community or its Long Poll API is switched off: check group_id, and switch it on (Manage, API usage, Long Poll API) (%w)", r)
	case codePerSecond, codeFlood, codeRate:
		return fmt.Errorf("VK says that it is asked too often: does another program use the same access key? (%w)", r)
	}
	return r
}

// sendError classifies why a reply was not sent. before: the message itself was not
// handed to VK yet, so it is certainly not sent. VK's refusals are certain too, except
// its internal errors.
func (c *community) sendError(err error, before bool) error {
	if err == nil || leads.IsPermanent(err) {
		return err
	}
	var r *refusal
	if !errors.As(err, &r) {
		if before && !errors.Is(err, leads.ErrNotSent) {
			return leads.NotBefore(fmt.Errorf("%w: %w", leads.ErrNotSent, err), waitAfterUpload)
		}
		return err
	}
	later := func(wait time.Duration, words string) error {
		return leads.NotBefore(fmt.Errorf("%w: %s (code %d)", leads.ErrNotSent, words, r.Code), wait)
	}
	busy := func(wait time.Duration, words string) error {
		return leads.Because(leads.FaultBusy, later(wait, words))
	}
	never := func(f leads.ReplyFault, words string) error {
		return leads.Permanent(leads.Because(f, fmt.Errorf("%s (code %d)", words, r.Code)))
	}
	switch r.Code {
	case codePerSecond:
		return busy(waitPerSecond, "VK is asked too often")
	case codeFlood:
		return busy(waitFlood, "VK takes too many alike messages for flooding")
	case codeRate:
		return busy(waitRate, "VK's limit for the community is reached")
	case codeUnknown, codeInternal:
		if before {
			return later(waitAfterUpload, "VK has trouble of its own")
		}
		return r
	case codeToken, codeGroupToken, codeAppToken:
		c.health(errToken)
		return leads.Permanent(leads.Because(leads.FaultSetup, errToken))
	case codePermission, codeAccess:
		c.health(errRight)
		return leads.Permanent(leads.Because(leads.FaultSetup, errRight))
	case codeCaptcha:
		return never(leads.FaultRefused, "VK wants a captcha solved, which only a person can: answer in VK itself, and write less often")
	case codeUserGone:
		return never(leads.FaultNoAddress, "the person's VK page was deleted or blocked")
	case codeBlocked:
		return never(leads.FaultBlacklisted, "the person is in the community's blacklist")
	case codeDenied:
		return never(leads.FaultBlocked, "the person does not allow the community to write to them, or has never written to it")
	case codePrivacy:
		return never(leads.FaultBlocked, "the person's privacy settings do not allow messages of the community")
	case codeTooMany:
		return never(leads.FaultRefused, "VK finds too many forwarded messages")
	case codeTooLong:
		return never(leads.FaultTooLong, "VK finds the message too long")
	}
	return leads.Permanent(leads.Because(leads.FaultRefused, r))
}
