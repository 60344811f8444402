package vk

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
	"ctihub/leads"
)

const (
	bodyMost        = 2 << 20          // bytes of an event
	maxTaking       = 32               // events at once
	fetchInCallback = 15 * time.Second // VK waits for the answer, and asks again
)

// serve answers VK's Callback API: the confirmation string, or ok once the
// event is stored. Anything else makes VK send the event again.
func (c *community) serve(w http.ResponseWriter, r *http.Request, in leads.Inbox) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if strings.Trim(strings.TrimPrefix(r.URL.Path, "/in/"+c.name), "/") != "" {
		http.Error(w, "there is nothing here", http.StatusNotFound)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "VK sends events with POST", http.StatusMethodNotAllowed)
		return
	}
	body, release, err := c.bodies.Read(w, r, bodyMost)
	defer release()
	if errors.Is(err, connectors.ErrCrowded) {
		c.refuseForNow(w, err)
		return
	}
	u, status := c.event(body, err)
	if status != http.StatusOK {
		http.Error(w, http.StatusText(status), status)
		return
	}
	if u.Type == "confirmation" {
		_, _ = io.WriteString(w, c.Confirmation)
		return
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	default:
		c.refuseForNow(w, errors.New("too many events at once"))
		return
	}
	// VK may lose patience while files are fetched. They are fetched all the
	// same, so that its next try finds the message stored.
	t, err := c.touch(context.WithoutCancel(r.Context()), u)
	if err == nil && t != nil {
		err = in.Put(r.Context(), "", *t)
	}
	if err != nil {
		c.refuseForNow(w, err)
		return
	}
	c.health(nil)
	_, _ = io.WriteString(w, "ok")
}

func (c *community) refuseForNow(w http.ResponseWriter, err error) {
	c.log.Warn("event not stored", "error", err)
	vendors.PostAgain(w)
}

// event checks what was posted, or why it could not be read. The confirmation may
// come before the secret is set in VK: it is answered without one, but not with a
// wrong one.
func (c *community) event(body []byte, err error) (update, int) {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return update{}, http.StatusRequestEntityTooLarge
	}
	var u update
	if err != nil || vendors.DecodeLenient(body, &u) != nil {
		return update{}, http.StatusBadRequest
	}
	right := subtle.ConstantTimeCompare([]byte(u.Secret), []byte(c.Secret)) == 1
	if !right && (u.Type != "confirmation" || u.Secret != "") {
		return update{}, http.StatusForbidden
	}
	if u.GroupID != c.GroupID {
		return update{}, http.StatusForbidden
	}
	return u, http.StatusOK
}
