package storage

import (
	"context"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/leads/tasks"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// book is what the database holds about the touches of a wave.
type book struct {
	interactions map[leads.Key]keyedInteraction
	holders      map[leads.Identity]string // id of the contact
	threads      map[messageRef]string     // likewise
	contacts     map[string]heldContact    // by id
	leads        map[string]db.LeadRow     // by id
	callbacks    map[string]openCallback   // by id of the contact
	users        map[telephone]*leads.Person
	reached      map[reachKey]tasks.CallbackFacts
	candidates   []leads.Candidate // in the order of their turns; nil: not read
}

// keyedInteraction is the stored interaction of a key.
type keyedInteraction struct {
	db.InteractionRow
	Digest    string
	TaskID    string // of the call-back that counts the call; empty: none
	LeadWaits bool   // its lead is open and has no manager
}

var interactionsByKey = batch.NewQuery[leads.Key, keyedInteraction]("reading interactions by their keys", `
SELECT `+batch.Columns[db.InteractionRow]("r")+`, i.digest, COALESCE(k.task_id, '') AS task_id,
    COALESCE(l.closed = 0 AND l.manager_id IS NULL, FALSE) AS lead_waits
FROM interactions i CROSS JOIN interaction_rows r LEFT JOIN task_calls k ON k.call_id = i.id LEFT JOIN leads l ON l.id = i.lead_id
WHERE r.id = i.id AND`, "i.source", "i.external_id")

// heldContact is a contact with what Decide needs, and the key by which it was found.
type heldContact struct {
	By, Value string
	db.ContactRow
	OpenLeadID string
	HadLead    bool
	Unread     string // texts kept beside it, in lines
}

func (c heldContact) known() intake.KnownContact {
	return intake.KnownContact{ID: c.ID, Name: c.Name, OwnerID: c.OwnerID, Created: fromMicros(c.Created), OpenLeadID: c.OpenLeadID, HadLead: c.HadLead}
}

// unread returns the texts that are kept beside the contact.
func (c heldContact) unread() []string {
	if c.Unread == "" {
		return nil
	}
	return strings.Split(c.Unread, "\n")
}

// openCallback is an open call-back of a contact.
type openCallback struct {
	ID, ContactID                  string
	Version, Missed, Calls, Wished int64
}

// finder finds contacts, leads and open call-backs by keys K.
type finder[K any] struct {
	contacts  *batch.Query[K, heldContact]
	leads     *batch.Query[K, db.LeadRow]
	callbacks *batch.Query[K, openCallback]
}

// newFinder describes a finder: x is the row of a table from that has the contact, lead is the condition of
// its lead o.
func newFinder[K any](by, from, lead string, columns ...string) finder[K] {
	return finder[K]{
		contacts: batch.NewQuery[K, heldContact]("reading contacts by "+by, `
SELECT `+strings.Join(columns, ", ")+`, `+batch.Columns[db.ContactRow]("c")+`,
    COALESCE((SELECT o.id FROM leads o WHERE o.contact_id = c.id AND o.closed = 0), '') AS open_lead_id,
    CAST(COALESCE((SELECT o.id FROM leads o WHERE o.contact_id = c.id LIMIT 1), '') <> '' AS BOOLEAN) AS had_lead,
    CAST(COALESCE((SELECT string_agg(u.value, '
' ORDER BY u.at, u.id) FROM offered_identities u WHERE u.contact_id = c.id AND u.state = 'offered' AND u.unread), '') AS TEXT) AS unread
FROM `+from+` CROSS JOIN contact_rows c WHERE c.id = x.contact_id AND`, columns...),
		leads: batch.NewQuery[K, db.LeadRow]("reading leads by "+by, `
SELECT `+batch.Columns[db.LeadRow]("l")+` FROM `+from+` CROSS JOIN leads o CROSS JOIN lead_rows l WHERE l.id = o.id AND `+lead+` AND`, columns...),
		callbacks: batch.NewQuery[K, openCallback]("reading call-backs by "+by, `
SELECT t.id, t.contact_id, t.version, t.missed, t.calls, t.wished FROM `+from+` CROSS JOIN tasks t
WHERE t.contact_id = x.contact_id AND t.state = 'open' AND t.kind = 'callback' AND`, columns...),
	}
}

var (
	byIdentity = newFinder[leads.Identity]("identities", "identities x", "o.contact_id = x.contact_id AND o.closed = 0", "x.kind", "x.value")
	byKey      = newFinder[leads.Key]("keys", "interactions x", "o.id = x.lead_id", "x.source", "x.external_id")
	byMessage  = newFinder[messageRef]("messages", "messages m JOIN interactions x ON x.id = m.interaction_id", "o.contact_id = x.contact_id AND o.closed = 0", "m.channel", "m.message_id")
)

// found are the answers of a finder.
type found struct {
	contacts  *batch.Answer[heldContact]
	leads     *batch.Answer[db.LeadRow]
	callbacks *batch.Answer[openCallback]
}

func (f finder[K]) ask(keys []K) found {
	return found{f.contacts.Ask(keys...), f.leads.Ask(keys...), f.callbacks.Ask(keys...)}
}

// readBook reads what the touches need, and what is asked besides, in one round trip.
func readBook(ctx context.Context, tx *Tx, all []*touchWriter, also ...batch.Asked) (*book, error) {
	var keys, moving []leads.Key
	var ids []leads.Identity
	var refs []messageRef
	var phones []telephone
	var missed []missedCall
	picks := false
	for _, w := range all {
		keys = append(keys, w.t.Key())
		if w.t.Call != nil || !w.t.Edited.IsZero() {
			moving = append(moving, w.t.Key())
		}
		if w.t.Direction != leads.Internal {
			ids = append(append(ids, w.t.From...), w.t.Offered...)
			for _, r := range w.t.References {
				refs = append(refs, messageRef{string(w.t.Channel), r})
			}
		}
		phones = append(phones, telephonesOf(w.t)...)
		missed = append(missed, missedCallsOf(w.t)...)
		picks = picks || w.mayOpenLead()
	}
	interactions := interactionsByKey.Ask(keys...)
	finds := []found{byIdentity.ask(ids), byKey.ask(moving), byMessage.ask(refs)}
	users, reached := usersOfTelephones.Ask(phones...), contactsReached.Ask(missed...)
	asked := append(also, interactions, users, reached)
	for _, f := range finds {
		asked = append(asked, f.contacts, f.leads, f.callbacks)
	}
	candidates := candidatesInTurn.AskAll()
	if picks = picks && tx.s.pick != nil; picks {
		asked = append(asked, tx.askTurn(), candidates) // last: from here to the commit no other hub picks
	}
	if err := tx.Read(ctx, asked...); err != nil {
		return nil, err
	}

	b := &book{
		interactions: map[leads.Key]keyedInteraction{}, holders: map[leads.Identity]string{}, threads: map[messageRef]string{},
		contacts: map[string]heldContact{}, leads: map[string]db.LeadRow{}, callbacks: map[string]openCallback{},
		users: personsOf(users.Rows), reached: reachedOf(reached.Rows),
	}
	for _, i := range interactions.Rows {
		b.interactions[leads.Key{Source: i.Source, ExternalID: i.ExternalID}] = i
	}
	for _, c := range finds[0].contacts.Rows {
		b.holders[leads.Identity{Kind: leads.IdentityKind(c.By), Value: c.Value}] = c.ID
	}
	for _, c := range finds[2].contacts.Rows {
		b.threads[messageRef{c.By, c.Value}] = c.ID
	}
	for _, f := range finds {
		for _, c := range f.contacts.Rows {
			b.contacts[c.ID] = c
		}
		for _, l := range f.leads.Rows {
			b.leads[l.ID] = l
		}
		for _, t := range f.callbacks.Rows {
			b.callbacks[t.ContactID] = t
		}
	}
	if picks {
		b.candidates = mapRows(candidates.Rows, candidateOf)
	}
	return b, nil
}

// known returns what Decide needs of a touch.
func (b *book) known(w *touchWriter) (k intake.Known) {
	if row, ok := b.interactions[w.t.Key()]; ok {
		i := interactionOf(row.InteractionRow)
		k.Interaction = &intake.KnownInteraction{ID: i.ID, ContactID: i.ContactID, LeadID: i.LeadID, Edited: i.Edited, Digest: row.Digest}
		if i.Call != nil {
			k.Interaction.Call = &i.Call.Call
		}
	}
	w.known = k
	if !w.needsContact() {
		return k
	}
	k.Contacts, k.Holders = b.holdersOf(w.t.From), b.holdersOf(w.t.Offered)
	if len(k.Contacts) > 0 {
		return k
	}
	for _, r := range slices.Backward(w.t.References) { // the nearest is the last
		if c, ok := b.contacts[b.threads[messageRef{string(w.t.Channel), r}]]; ok {
			known := c.known()
			k.Thread = &known
			break
		}
	}
	return k
}

// holdersOf returns the contacts that hold one of the identities, with those in Matched.
func (b *book) holdersOf(ids []leads.Identity) (some []intake.KnownContact) {
	for _, id := range ids {
		holder, ok := b.holders[id]
		if !ok {
			continue
		}
		i := slices.IndexFunc(some, func(c intake.KnownContact) bool { return c.ID == holder })
		if i < 0 {
			i = len(some)
			some = append(some, b.contacts[holder].known())
		}
		if !slices.Contains(some[i].Matched, id) {
			some[i].Matched = append(some[i].Matched, id)
		}
	}
	return some
}
