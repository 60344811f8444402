package fakemessenger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// Address is the kind of identity by which customers are reached.
const Address leads.IdentityKind = "telegram"

// Kind is the connector. Settings are the vendor's address and whether it knows
// keys.
func Kind(url string, keyed bool) connectors.Kind {
	return connectors.Kind{Name: "fakemessenger", In: func(env connectors.Env) (connectors.Source, error) {
		s := &Source{url: url, keyed: keyed, http: env.Net.HTTP, now: env.Now, files: env.Files}
		return connectors.Source{Receive: s.Handler, Send: s.Send, Sends: s.Sends()}, nil
	}}
}

// Source is one source.
type Source struct {
	url   string
	keyed bool
	http  *http.Client
	now   func() time.Time
	files connectors.Files
}

// Handler takes what customers write: {"id":…,"from":…,"text":…}.
func (s *Source) Handler(in leads.Inbox) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m struct{ ID, From, Text string }
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			http.Error(w, "malformed", http.StatusBadRequest)
			return
		}
		if err := in.Put(r.Context(), "", leads.Touch{
			ExternalID: m.ID, Channel: leads.ChannelTelegram, Direction: leads.In, At: s.now(), From: []leads.Identity{{Kind: Address, Value: m.From}},
			Text: m.Text, MessageID: m.ID,
		}); err != nil {
			http.Error(w, "try again", http.StatusServiceUnavailable)
		}
	})
}

// Sends is what Send is able to.
func (s *Source) Sends() connectors.Sending {
	return connectors.Sending{Channel: leads.ChannelTelegram, To: []leads.IdentityKind{Address}, Repeated: s.keyed, MaxText: 4096, MaxFile: 1 << 20}
}

func (s *Source) read(ctx context.Context, id string) (string, error) {
	f, err := s.files.Open(ctx, id)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(f)
	return string(b), err
}

// Send sends one reply, see [connectors.Source].
func (s *Source) Send(ctx context.Context, r leads.Reply) (string, error) {
	m := Message{To: r.To.Value, Text: r.Text}
	if s.keyed {
		m.Key = r.ID
	}
	if m.Text == "panic" {
		panic("a bug")
	}
	for _, a := range r.Attachments {
		content, err := s.read(ctx, a.ID)
		if err != nil {
			return "", fmt.Errorf("a file cannot be read: %w", errors.Join(leads.ErrNotSent, err))
		}
		m.Files = append(m.Files, a.Name+": "+content)
	}
	body, err := json.Marshal(m)
	if err != nil {
		return "", leads.Permanent(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/messages", bytes.NewReader(body))
	if err != nil {
		return "", leads.Refuse(leads.FaultSetup, "the address of the messenger is not one")
	}
	req.Header.Set("Authorization", "Bearer "+Token)
	req.GetBody = nil // never sent twice by the client itself
	res, err := s.http.Do(req)
	if dial := (*net.OpError)(nil); errors.As(err, &dial) && dial.Op == "dial" {
		return "", fmt.Errorf("the messenger cannot be reached: %w", leads.ErrNotSent)
	}
	if err != nil {
		return "", errors.New("the messenger did not answer")
	}
	defer func() { _ = res.Body.Close() }()
	switch {
	case res.StatusCode == http.StatusTooManyRequests:
		return "", leads.NotBefore(leads.Because(leads.FaultBusy, fmt.Errorf("the messenger is busy: %w", leads.ErrNotSent)), time.Second)
	case res.StatusCode/100 == 4:
		return "", leads.Permanent(leads.Because(leads.FaultRefused, fmt.Errorf("the messenger refuses it: %s", res.Status)))
	}
	var answer struct{ ID string }
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || answer.ID == "" || res.StatusCode != http.StatusOK {
		return "", errors.New("the messenger's answer cannot be read")
	}
	return answer.ID, nil
}
