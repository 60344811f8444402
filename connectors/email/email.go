// Package email receives mail over IMAP and sends answers over SMTP.
//
// Each folder has a connection of its own ([folder]): EXAMINE, search above the
// last UID, fetch, wait (IDLE, begun anew every four and a half minutes, or a look
// every minute). Mails are put together with the position of the folder into the
// inbox ([cursorStore]).
//
// # Position and key
//
// The position only says where to continue: UIDVALIDITY and UID of each folder, stored
// with the mails. Under another UIDVALIDITY, or when UIDs fall back, the folder is
// read again. What lay there before the hub, by the date of its arrival, is left
// alone.
//
// A mail is recognised by its key ([fingerprint]): Message-ID, Date, From,
// To, Subject, the length of the body and its first 64 kB, within one inbox. Headers
// that are added on the way do not count. So mail that was moved, copied or numbered
// anew stays one interaction. A copy in another inbox of the source is an
// interaction of its own, of the same contact and lead.
//
// # Reading
//
// Package letter reads a mail while it streams by; files go to the store of
// attachments at once. So the size of a mail costs time, not memory. Of a mail
// larger than max_mb only the beginning is fetched. A short mail is fetched as a
// whole, and some are read at once while more are fetched ([reading]) and earlier ones
// are stored. They are put together in the order of the folder ([collector]), so that
// the position never passes a mail that is not stored.
//
// A watchdog below the client breaks the connection when an awaited answer brings
// no byte for a minute. The end of a mail is believed only when its whole length
// came, because the client takes a broken connection for an end. A mail at which the
// connection breaks 3 times in a row, or that the server refuses, is put on a list
// in the position, read after the others, and asked for again every few minutes;
// the page Sources says so.
//
// # Sending
//
// An answer is first written to a file as a whole, then sent. Until the dot that
// ends it, every failure means "not sent". After the dot only the server's answer
// counts, and no answer means "perhaps sent". The Message-ID is made of the reply's
// id.
package email

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// Kind describes the connector for the list of kinds.
func Kind() connectors.Kind {
	return connectors.Kind{Name: "email", Source: schema, In: open, OneOwner: true}
}

// times of the work with servers.
type times struct {
	patience time.Duration // how long a server may be silent when an answer is awaited
	idle     time.Duration // between two checks of a folder whose server has IDLE
	first    time.Duration // backoff after the first failure, which doubles
	longest  time.Duration // longest backoff
}

var usual = times{patience: time.Minute, idle: 4*time.Minute + 30*time.Second, first: 250 * time.Millisecond, longest: 30 * time.Second}

// connector is one source: some inboxes, and a way to answer.
type connector struct {
	env          connectors.Env
	set          settings
	ownAddresses []string
	times        times
	tokens       map[*server]*tokens // of those with OAuth
	smtpPath     string              // folder of answers that are being sent
	copyKick     chan struct{}       // an answer waits for its copy in the mailbox
}

func open(env connectors.Env) (connectors.Source, error) {
	c, err := newConnector(env, usual)
	if err != nil {
		return connectors.Source{}, err
	}
	return c.source(), nil
}

func (c *connector) source() connectors.Source {
	s := connectors.Source{Run: c.Run}
	if c.set.SMTP != nil {
		s.Send, s.Sends = c.Send, c.Sends()
	}
	return s
}

func newConnector(env connectors.Env, t times) (*connector, error) {
	var s settings
	if err := schema.Decode(env.Settings, &s); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	c := &connector{env: env, set: s, ownAddresses: s.ownAddresses(), times: t, tokens: map[*server]*tokens{}, smtpPath: filepath.Join(env.DataDir, "outbox"), copyKick: make(chan struct{}, 1)}
	for i := range c.set.Inboxes {
		c.prepare(&c.set.Inboxes[i].server)
	}
	if s.SMTP != nil {
		c.prepare(&s.SMTP.server)
	}
	return c, nil
}

// prepare gives a server what it needs from the hub: authorities and tokens.
func (c *connector) prepare(s *server) {
	s.roots = c.env.Net.Roots
	if s.OAuth != nil {
		c.tokens[s] = newTokens(s.OAuth, c.env)
	}
}

// Run reads every folder until ctx ends.
func (c *connector) Run(ctx context.Context, in leads.Inbox) error {
	cursor, err := newCursorStore(ctx, in)
	if err != nil {
		return err
	}
	c.removeStaleSpool()
	var folders []*folder
	for i := range c.set.Inboxes {
		b := &c.set.Inboxes[i]
		for _, name := range b.Folders {
			folders = append(folders, &folder{connector: c, inbox: b, name: name, cursor: cursor})
		}
		if b.Sent != "" {
			folders = append(folders, &folder{connector: c, inbox: b, name: b.Sent, cursor: cursor, sent: true})
		}
	}
	if len(folders) == 0 { // it only sends
		c.env.Report.Health(nil)
		<-ctx.Done()
		return nil
	}
	state := newHealth(c.env.Report.Health, len(folders))
	var working sync.WaitGroup
	for _, f := range folders {
		f.health = state
		f.log = c.env.Log.With("inbox", f.inbox.Name, "folder", f.name)
		working.Go(func() { f.run(ctx) })
	}
	working.Wait()
	return nil
}
