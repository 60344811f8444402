package storage

import (
	"cmp"
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
	users        map[telephone]*leads.Person
	reached      map[reachKey]tasks.CallbackFacts
	candidates   []leads.Candidate   // in the order of their turns; nil: not read
	required     []db.RequiredFact   // read if a touch may owe facts
	starts       []pipelineStart     // where new leads begin; read if a touch may open one
	fields       []leads.CustomField // read if a touch has values for them
	companies    map[string]companyOfMail
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

// messagesByKey is interactionsByKey for touches that are no calls: without the tables of calls.
var messagesByKey = batch.NewQuery[leads.Key, keyedMessage]("reading messages by their keys", `
SELECT i.id, i.source, i.external_id, i.channel, i.direction, COALESCE(i.contact_id, ''), COALESCE(i.lead_id, ''), i.name, i.addressee, i.utm, i.automatic, i.digest,
    i.at, i.edited, COALESCE(l.closed = 0 AND l.manager_id IS NULL, FALSE)
FROM interactions i LEFT JOIN leads l ON l.id = i.lead_id WHERE`, "i.source", "i.external_id")

type keyedMessage struct {
	ID, Source, ExternalID, Channel, Direction, ContactID, LeadID, Name, Addressee, UTM, Automatic, Digest string
	At, Edited                                                                                             int64
	LeadWaits                                                                                              bool
}

func (m keyedMessage) interaction() keyedInteraction {
	return keyedInteraction{Digest: m.Digest, LeadWaits: m.LeadWaits, InteractionRow: db.InteractionRow{
		ID: m.ID, Source: m.Source, ExternalID: m.ExternalID, Channel: m.Channel, Direction: m.Direction, ContactID: m.ContactID, LeadID: m.LeadID,
		Name: m.Name, Addressee: m.Addressee, UTM: m.UTM, Automatic: m.Automatic, At: m.At, Edited: m.Edited,
	}}
}

// heldContact is a contact with what Decide needs, and the key by which it was found: its open
// lead, or that of the interaction of the key, and its open call-back.
type heldContact struct {
	By, Value string
	db.ContactRow
	HadLead bool
	Unread  string     // texts kept beside it, in lines
	Lead    db.LeadRow // no id: none
	Task    openCallback
}

// openCallback is an open call-back; no id: none.
type openCallback struct {
	ID                             string
	Version, Missed, Calls, Wished int64
}

func (c heldContact) known() intake.KnownContact {
	k := intake.KnownContact{ID: c.ID, Name: c.Name, OwnerID: c.OwnerID, Created: fromMicros(c.Created), HadLead: c.HadLead, Line: c.Line, CompanyID: c.CompanyID}
	if c.Lead.Closed == 0 {
		k.OpenLeadID = c.Lead.ID
	}
	return k
}

// unread returns the texts that are kept beside the contact.
func (c heldContact) unread() []string {
	if c.Unread == "" {
		return nil
	}
	return strings.Split(c.Unread, "\n")
}

// contactsBy describes a query of contacts by keys K: x is the row of a table from that names the
// contact, lead is the condition of its lead l.
func contactsBy[K any](by, from, lead string, columns ...string) *batch.Query[K, heldContact] {
	return batch.NewQuery[K, heldContact]("reading contacts by "+by, `
SELECT `+strings.Join(columns, ", ")+`, c.id, c.name, c.company, COALESCE(c.owner_id, ''), COALESCE(o.name, ''), c.main_key, c.search, c.version, c.created,
    CAST(COALESCE((SELECT string_agg(d.kind || '|' || d.value, '
' ORDER BY d.position, d.value) FROM identities d WHERE d.contact_id = c.id), '') AS TEXT),
    CAST(COALESCE((SELECT string_agg(g.tag, '
' ORDER BY g.position) FROM contact_tags g WHERE g.contact_id = c.id), '') AS TEXT), c.warning, '', COALESCE(c.company_id, ''), c.role, c.line, `+valuesOfRecord+`c.id),
    EXISTS (SELECT 1 FROM leads h WHERE h.contact_id = c.id),
    CAST(COALESCE((SELECT string_agg(u.value, '
' ORDER BY u.at, u.id) FROM offered_identities u WHERE u.contact_id = c.id AND u.state = 'offered' AND u.unread), '') AS TEXT),
    COALESCE(l.id, ''), c.id, c.name, c.main_key, c.search, COALESCE(c.owner_id, ''), COALESCE(l.status, ''), COALESCE(l.source, ''), COALESCE(l.channel, ''),
    COALESCE(l.subject, ''), COALESCE(l.team, ''), COALESCE(l.manager_id, ''), COALESCE(m.name, ''), COALESCE(l.reason, ''), COALESCE(l.repeated, FALSE),
    COALESCE(l.refusal, ''), COALESCE(l.utm, ''), COALESCE(l.opened, 0), COALESCE(l.assigned, 0), COALESCE(l.closed, 0), COALESCE(l.responded, 0),
    COALESCE(l.pipeline_id, ''), COALESCE(l.stage_id, ''), COALESCE(l.staged, 0), COALESCE(l.amount, 0), COALESCE(l.currency, ''), COALESCE(l.probability, -1),
    COALESCE(l.expected, ''), COALESCE(l.product, ''), COALESCE(l.refusal_id, ''), c.line, `+valuesOfRecord+`l.id),
    COALESCE(t.id, ''), COALESCE(t.version, 0), COALESCE(t.missed, 0), COALESCE(t.calls, 0), COALESCE(t.wished, 0)
FROM `+from+` JOIN contacts c ON c.id = x.contact_id LEFT JOIN users o ON o.id = c.owner_id
    LEFT JOIN leads l ON `+lead+` LEFT JOIN users m ON m.id = l.manager_id
    LEFT JOIN tasks t ON t.contact_id = c.id AND t.state = 'open' AND t.kind = 'callback'
WHERE`, columns...)
}

// valuesOfRecord are the custom fields of the record whose id follows, as the views have them.
const valuesOfRecord = `(SELECT CAST(COALESCE(string_agg(f.id || '|' || f.kind || '|' || f.name || '|' || COALESCE(h.name, '') || '|' || v.value, '
' ORDER BY v.field_id, h.position, v.position), '') AS TEXT) FROM field_values v JOIN custom_fields f ON f.id = v.field_id
    LEFT JOIN custom_choices h ON h.field_id = v.field_id AND h.id = v.value WHERE v.record_id = `

const openLead = "l.contact_id = c.id AND l.closed = 0"

var (
	contactsByIdentity = contactsBy[leads.Identity]("identities", "identities x", openLead, "x.kind", "x.value")
	contactsByKey      = contactsBy[leads.Key]("keys", "interactions x", "l.id = x.lead_id", "x.source", "x.external_id")
	contactsByMessage  = contactsBy[messageRef]("messages", "messages g JOIN interactions x ON x.id = g.interaction_id", openLead, "g.channel", "g.message_id")
)

// readBook reads what the touches need, and what is asked besides, in one round trip.
func readBook(ctx context.Context, tx *Tx, all []*touchWriter, also ...batch.Asked) (*book, error) {
	var messages, calls, moving []leads.Key
	var ids []leads.Identity
	var refs []messageRef
	var phones []telephone
	var missed []missedCall
	var domains []string
	picks, owes, opens, fills := false, false, false, false
	for _, w := range all {
		if w.t.Call != nil {
			calls = append(calls, w.t.Key())
		} else {
			messages = append(messages, w.t.Key())
		}
		if w.t.Call != nil || !w.t.Edited.IsZero() {
			moving = append(moving, w.t.Key())
		}
		if w.t.Direction != leads.Internal {
			ids = append(append(ids, w.t.From...), w.t.Offered...)
			domains = append(domains, mailDomains(w.t)...)
			for _, r := range w.t.References {
				refs = append(refs, messageRef{string(w.t.Channel), r})
			}
		}
		phones = append(phones, telephonesOf(w.t)...)
		missed = append(missed, missedCallsOf(w.t)...)
		picks, owes = picks || w.mayOpenLead(), owes || w.mayOweFacts()
		opens = opens || w.t.Direction == leads.In && w.t.Automatic == ""
		fills = fills || len(w.t.Fields) > 0
	}
	storedMessages, storedCalls := messagesByKey.Ask(messages...), interactionsByKey.Ask(calls...)
	holders, movingContacts, threads := contactsByIdentity.Ask(ids...), contactsByKey.Ask(moving...), contactsByMessage.Ask(refs...)
	users, reached := usersOfTelephones.Ask(phones...), contactsReached.Ask(missed...)
	asked := append(also, storedMessages, storedCalls, holders, movingContacts, threads, users, reached)
	candidates, required, starts := candidatesInTurn.AskAll(), requiredFacts.AskAll(), pipelineStarts.AskAll()
	if opens {
		asked = append(asked, starts)
	}
	companies := companiesByDomain.Ask(domains...)
	if len(domains) > 0 {
		asked = append(asked, companies)
	}
	fields, choices := allFields.AskAll(), allChoices.AskAll()
	if fills {
		asked = append(asked, fields, choices)
	}
	if owes {
		asked = append(asked, required)
	}
	if picks = picks && tx.s.pick != nil; picks {
		asked = append(append(asked, tx.askTurn()...), candidates) // last: from here to the commit no other hub picks
	}
	if err := tx.Read(ctx, asked...); err != nil {
		return nil, err
	}

	b := &book{
		interactions: map[leads.Key]keyedInteraction{}, holders: map[leads.Identity]string{}, threads: map[messageRef]string{},
		contacts: map[string]heldContact{}, leads: map[string]db.LeadRow{}, companies: map[string]companyOfMail{},
		users: personsOf(users.Rows), reached: reachedOf(reached.Rows), required: required.Rows, starts: starts.Rows, fields: fieldsOf(fields.Rows, choices.Rows),
	}
	for _, c := range companies.Rows {
		b.companies[c.Domain] = c
	}
	for _, m := range storedMessages.Rows {
		b.interactions[leads.Key{Source: m.Source, ExternalID: m.ExternalID}] = m.interaction()
	}
	for _, i := range storedCalls.Rows {
		b.interactions[leads.Key{Source: i.Source, ExternalID: i.ExternalID}] = i
	}
	for _, c := range holders.Rows {
		b.holders[leads.Identity{Kind: leads.IdentityKind(c.By), Value: c.Value}] = c.ID
	}
	for _, c := range threads.Rows {
		b.threads[messageRef{c.By, c.Value}] = c.ID
	}
	newest := map[string]db.LeadRow{} // open leads, by contact
	for _, c := range slices.Concat(movingContacts.Rows, holders.Rows, threads.Rows) {
		if c.Lead.ID != "" {
			b.leads[c.Lead.ID] = c.Lead
		}
		if n, ok := newest[c.ID]; c.Lead.ID != "" && c.Lead.Closed == 0 && (!ok || cmp.Or(cmp.Compare(c.Lead.Opened, n.Opened), cmp.Compare(c.Lead.ID, n.ID)) > 0) {
			newest[c.ID] = c.Lead
		}
		b.contacts[c.ID] = c // by identity it has its open leads
	}
	for id, l := range newest { // a contact has a row for each open lead
		c := b.contacts[id]
		c.Lead = l
		b.contacts[id] = c
	}
	if picks {
		b.candidates = mapRows(candidates.Rows, candidateOf)
	}
	return b, nil
}

// tell fills in what Decide needs of a touch.
func (b *book) tell(w *touchWriter) {
	k := &w.known
	if row, ok := b.interactions[w.t.Key()]; ok {
		w.before = row
		i := interactionOf(row.InteractionRow)
		k.Interaction = &intake.KnownInteraction{ID: i.ID, ContactID: i.ContactID, LeadID: i.LeadID, Edited: i.Edited, Digest: row.Digest}
		if i.Call != nil {
			k.Interaction.Call = &i.Call.Call
		} else if i.Channel == leads.ChannelCall {
			k.Interaction.Call = &leads.Call{} // a message with the key of a call
		}
	}
	if !w.needsContact() {
		return
	}
	k.Contacts, k.Holders = b.holdersOf(w.t.From), b.holdersOf(w.t.Offered)
	for _, d := range mailDomains(w.t) {
		k.Company = cmp.Or(k.Company, b.companies[d].ID)
	}
	if slices.ContainsFunc(k.Contacts, func(c intake.KnownContact) bool { return !c.Line }) {
		return
	}
	for _, r := range slices.Backward(w.t.References) { // the nearest is the last
		if c, ok := b.contacts[b.threads[messageRef{string(w.t.Channel), r}]]; ok {
			known := c.known()
			k.Thread = &known
			break
		}
	}
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
