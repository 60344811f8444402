// Package connectors is the contract between the hub and the systems that it
// connects to. Package engine keeps the sources running.
//
// # Writing a connector
//
// A connector turns what one outside system sends into touches ([leads.Touch])
// and puts them into its inbox. It is one folder beside this file, and one line
// in connectors/all. Nothing else of the hub changes, and a connector imports
// nothing of the hub but this package, connectors/vendors and leads. The smallest
// complete one to read is connectors/webform.
//
// # Start
//
// Write a [Kind]: its name as in "kind:" of the configuration, the [Schema] of
// its settings, and In, which makes one source from them. In decodes the settings
// and checks them; it opens no connection. The schema is the only place that
// describes the settings, with their types, defaults, limits and texts:
// the sample, the documentation and forms come from it. The struct that they are
// read into has yaml tags of the same names, or Decode refuses it; unknown keys
// are refused by the hub. Mark whatever gives access as a Secret: it is given by
// password_file or from the environment, and never shown. The keys name, kind and
// team belong to the hub.
//
//	var schema = connectors.Schema{
//		About:   "A pager, see docs/pager.md.",
//		Example: "pager",
//		Fields: []connectors.Field{
//			{Name: "token", Type: connectors.Secret, Required: true, Example: "./secrets/pager", Help: "The token of the pager's page."},
//			{Name: "url", Type: connectors.Text, Default: "https://pager.example", Help: "Where the pager is asked."},
//		},
//	}
//
//	func Kind() connectors.Kind {
//		return connectors.Kind{Name: "pager", Source: schema, In: open}
//	}
//
//	func open(env connectors.Env) (connectors.Source, error) {
//		var s settings
//		if err := schema.Decode(env.Settings, &s); err != nil {
//			return connectors.Source{}, err
//		}
//		var wrong connectors.Mistakes
//		wrong.Add(schema.Check(&s))
//		… // what concerns several settings
//		if err := wrong.Err(); err != nil {
//			return connectors.Source{}, err
//		}
//		p := &pager{settings: s, env: env}
//		return connectors.Source{Run: p.run}, nil
//	}
//
// Keep everything in that struct: two sources of one kind share no state, and
// no package has an init function or a global variable that changes. A [Source]
// has a field for everything that a source may be able to do; leave out what
// yours cannot, or is not set up for.
//
// # Pull, live or push
//
// A connector that polls or listens does so in Run, until its context ends, and
// then returns nil. On any failure that it cannot repair at once, it
// returns an error; the supervisor shows it, waits (0.5 s to 60 s, with jitter)
// and calls Run again. Do not write a retry loop of your own around that.
//
//	func (p *pager) run(ctx context.Context, in leads.Inbox) error {
//		cursor, err := in.Cursor(ctx)
//		if err != nil {
//			return err
//		}
//		for ctx.Err() == nil {
//			page, err := p.fetch(ctx, cursor) // returns when ctx ends
//			if ctx.Err() != nil {
//				return nil
//			}
//			if err != nil {
//				return fmt.Errorf("asking for messages: %w", err)
//			}
//			p.env.Health(nil)
//			if err := in.Put(ctx, page.Next, p.touches(page)...); err != nil {
//				return err // nothing is stored: the next Run asks for the same page
//			}
//			cursor = page.Next
//		}
//		return nil
//	}
//
// Where several hubs share a database, a kind with OneOwner runs on one of them
// at a time. Its context ends when another hub takes over, and from then on the
// database refuses its Puts ([leads.ErrStaleOwner]); the new owner begins
// with the stored cursor. Leave OneOwner out for what any hub may do.
//
// A connector that is called over HTTP gives Receive, and leaves out Run if it has
// nothing else to do. Its handler answers 2xx when Put has returned nil, 503 with
// Retry-After when Put has failed, and 4xx when the sender is at fault.
//
// # What you may rely on
//
//   - Put returning nil means that the touches and the cursor are committed, all
//     of them together. Only then acknowledge: advance the offset, mark the mail,
//     answer 200. An error means that nothing was stored: let the upstream send
//     again.
//   - A Put that has begun is not torn by the hub's stop: it has some seconds to
//     end after the context was cancelled.
//   - A touch that breaks a rule of the domain is quarantined, not refused. It
//     never blocks the next one.
//   - A panic in Run or in the handler is caught. Other sources go on.
//   - The same key (Source, ExternalID) is one interaction for ever, on any hub.
//     Take the upstream's own id for ExternalID: stable over repeated delivery,
//     restarts and a second hub. Several touches with one key move one
//     interaction forward (a call: ringing, answered, ended).
//
// # What is expected of you
//
//   - What cannot be parsed is put as a touch with Raw and the text that you
//     have, never dropped. What is probably spam carries Touch.Suspect. Keep what
//     the upstream sent in Raw.
//   - Hand over identities as they came; intake normalises phones and addresses,
//     and leaves out what is neither. An internal extension is not an identity.
//   - Report each change to [Report].Health: nil once connected and receiving, an
//     error in words that tell an administrator what to do. A receiver that never
//     reports is shown as passive.
//   - No personal data in logs and errors: no numbers, addresses, names, texts,
//     tokens. Use [Env].Log; it carries the source's name.
//   - Bound everything that comes from outside: sizes, counts, depth, time.
//     A posted body is read through [Net].Bodies, which bounds the memory of all.
//     Outgoing requests go through [Net].HTTP and end with ctx.
//   - Files of messages are fetched by ctihub/connectors/vendors/media: from the vendor's
//     hosts only, within limits. If the hub cannot store one, read the message again
//     later; a failure at the vendor's is noted in the text.
//   - No update that carries a person or an order vanishes: list the kinds that
//     are left alone, and quarantine (Touch.Suspect) those that you do not know.
//     Contacts that are passed on are read by ctihub/connectors/vendors/vcard, JSON is
//     turned into readable lines by ctihub/connectors/vendors/answers.
//   - What you write into a text that is not the customer's own is in the
//     language of the office (vendors.Language); connectortest.CheckWords checks the tables.
//   - Files lie under [Env].DataDir, which you create when you need it.
//   - Time is [Env].Now, so that tests can set it.
//
// # Answering
//
// A connector that can send gives Send, and says in Sends what it can do as it is
// configured. The hub stores a reply, commits that it is being sent,
// and calls Send: for several customers at once, one after the other for one
// customer, and under the same Reply.ID when it is repeated. What Send returns
// decides whether a customer gets a message twice:
//
//   - nil: the channel has it. The channel's reports and the customer's answers
//     refer to the returned id.
//   - [leads.Permanent]: it can never be sent. The text says why, in words, and
//     [leads.Because] or [leads.Beyond] gives a code, for which the workplace has
//     texts in its languages; [leads.Refuse] does both.
//   - wrapping [leads.ErrNotSent]: certainly nothing was taken (the connection
//     was refused, the answer was 429). The hub retries for three days, not
//     before the wait of [leads.NotBefore]. Where the reason is another than that
//     the channel is out of reach (a token, too many messages), it has a code too.
//   - anything else, also a time-out or a panic: the outcome is unknown. The reply becomes
//     "perhaps sent" and is repeated by a person only, unless Sends.Repeated.
//
// Do not let the HTTP client repeat a request by itself, and do not send
// anything when ctx has ended. Read attachments by [Env].Files. Hand what the
// channel reports (delivered, read, failed) to [Report].Receipt; when that returns
// an error, let the upstream report it again: the reply is just being sent.
//
// # Prove it
//
// Write a fake of the upstream that speaks its real protocol, and give it to
// [ctihub/connectors/connectortest].Run. The suite fails storage, loses
// confirmations, delivers twice, restarts, stops, runs two sources at once and
// sends garbage. For one that sends, give connectortest.Sender the fake too: it
// refuses, is out of reach, and breaks the connection after it took a message. Break
// your connector once (acknowledge before Put) and see the suite fail. Then add the
// kind to connectors/all, run "make generate" for the configuration's documentation,
// and write table tests of your parser with a fuzz target.
//
// A website that embeds a form (Embed) needs, under a strict
// Content-Security-Policy, the hub's address in script-src and connect-src.
package connectors
