package max

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"ctihub/leads"
)

const (
	waitBusy        = 5 * time.Second
	waitNotReady    = 30 * time.Second
	waitAfterUpload = 10 * time.Second
)

var errToken = errors.New("MAX does not accept the bot's token: copy it anew (business.max.ru, Chat bots, ⋮, Settings) into token_file")

// isFilePending reports whether MAX still processes an uploaded file. Older versions
// said so in the text.
func (r *refusal) isFilePending() bool {
	return r.Code == "attachment.not.ready" || r.Status == http.StatusBadRequest && strings.Contains(r.Text, ".not.processed")
}

// inWords explains a failure of receiving to the administrator.
func (b *bot) inWords(err error) error {
	var r *refusal
	switch {
	case err != nil && strings.Contains(err.Error(), "certificate of MAX"):
		return fmt.Errorf("%w; MAX uses one of the Ministry of Digital Development (НУЦ Минцифры)", err)
	case !errors.As(err, &r):
		return err
	case r.Status == http.StatusUnauthorized:
		return leads.Because(leads.FaultSetup, errToken)
	case r.Status == http.StatusForbidden:
		return fmt.Errorf("MAX forbids it: is the bot blocked, or not yet approved by the moderators? (%w)", r)
	case r.Status == http.StatusNotFound:
		return fmt.Errorf("there is no API of MAX: check api_url (%w)", r)
	case r.Status == http.StatusMethodNotAllowed:
		return fmt.Errorf("MAX gives no updates by long polling: set mode: webhook (%w)", r)
	case r.Status == http.StatusTooManyRequests:
		return fmt.Errorf("MAX says that it is asked too often: does another program use the same token? (%w)", r)
	}
	return err
}

// sendError classifies why a reply was not sent. before: the message itself was not
// handed to MAX yet, so it is certainly not sent, like one that MAX refuses with 4xx;
// after a 5xx or a broken connection it was perhaps sent.
func (b *bot) sendError(err error, before bool) error {
	if err == nil || leads.IsPermanent(err) {
		return err
	}
	var r *refusal
	if !errors.As(err, &r) || r.Status >= http.StatusInternalServerError || r.Status < http.StatusBadRequest {
		if before && !errors.Is(err, leads.ErrNotSent) {
			return leads.NotBefore(fmt.Errorf("%w: %w", leads.ErrNotSent, err), waitAfterUpload)
		}
		return err
	}
	switch {
	case r.Status == http.StatusTooManyRequests:
		wait := max(r.Wait, waitBusy)
		return leads.NotBefore(leads.Because(leads.FaultBusy, fmt.Errorf("%w: MAX is sent too much at once", leads.ErrNotSent)), wait)
	case r.isFilePending():
		return leads.NotBefore(leads.Because(leads.FaultBusy, fmt.Errorf("%w: MAX still works on the attached file", leads.ErrNotSent)), waitNotReady)
	case r.Status == http.StatusRequestTimeout:
		return leads.NotBefore(fmt.Errorf("%w: %w", leads.ErrNotSent, err), waitBusy)
	case r.Status == http.StatusUnauthorized:
		b.health(leads.Because(leads.FaultSetup, errToken))
		return leads.Permanent(leads.Because(leads.FaultSetup, errToken))
	case r.Status == http.StatusForbidden:
		return leads.Permanent(leads.Because(leads.FaultBlocked, fmt.Errorf("the person has stopped the bot, or never started it (%s)", r.Code)))
	case r.Status == http.StatusNotFound:
		return leads.Permanent(leads.Because(leads.FaultNeverWrote, fmt.Errorf("MAX knows no conversation with this person (%s)", r.Code)))
	}
	return leads.Permanent(leads.Because(leads.FaultRefused, r))
}
