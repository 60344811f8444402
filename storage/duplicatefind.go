package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"ctihub/leads"
	"ctihub/leads/duplicates"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// Sizes of the transactions in which contacts are compared.
const (
	comparedAtOnce  = 25
	candidatesOfOne = 400 // contacts with which one is compared
	namedMost       = 20  // undecided identities of a contact that count
)

// Rows that a contact is compared by.
type (
	personRow   struct{ ID, Name, Company string }
	identityRow struct{ ContactID, Kind, Value string }
	offerRow    struct {
		ContactID, Kind, Value string
		Unread                 bool
	}
	holdersRow struct {
		Key     int64
		Holders string // ids with blanks between
	}
	pairKey struct{ ContactID, OtherID string }
)

var (
	personsByID      = batch.NewQuery[string, personRow]("reading contacts to compare", "SELECT c.id, c.name, c.company FROM contacts c WHERE NOT c.line AND", "c.id")
	identitiesByID   = batch.NewQuery[string, identityRow]("reading identities to compare", "SELECT d.contact_id, d.kind, d.value FROM identities d WHERE", "d.contact_id")
	offersByID       = batch.NewQuery[string, offerRow]("reading offers to compare", "SELECT o.contact_id, o.kind, o.value, o.unread FROM offered_identities o WHERE o.state = 'offered' AND", "o.contact_id")
	profilesByID     = batch.NewQuery[string, db.DuplicateProfile]("reading keys of contacts", "SELECT p.contact_id, p.hash, p.keys FROM duplicate_profiles p WHERE", "p.contact_id")
	suggestionsByOne = batch.NewQuery[string, db.MergeSuggestion]("reading suggestions", "SELECT "+batch.Columns[db.MergeSuggestion]("m")+" FROM merge_suggestions m WHERE", "m.contact_id")
	suggestionsByTwo = batch.NewQuery[string, db.MergeSuggestion]("reading suggestions", "SELECT "+batch.Columns[db.MergeSuggestion]("m")+" FROM merge_suggestions m WHERE", "m.other_id")

	// The contacts of a key, one more than are compared.
	holdersOf = batch.NewJoin[struct{ Key int64 }, holdersRow]("reading contacts of keys", fmt.Sprintf(`
SELECT v.key, CAST(COALESCE((SELECT string_agg(h.contact_id, ' ') FROM (
    SELECT d.contact_id FROM duplicate_keys d WHERE d.key = v.key ORDER BY d.contact_id LIMIT %d) AS h), '') AS TEXT) FROM v`, duplicates.KeyMost+1), "key")

	dropKey = batch.NewUpdate[db.DuplicateKey]("removing keys of contacts", batch.AnyRows, `
DELETE FROM duplicate_keys WHERE (key, contact_id) IN (SELECT v.key, v.contact_id FROM v)`, "key", "contact_id")
	dropProfile = batch.NewUpdate[struct{ ContactID string }]("removing keys of contacts", batch.AnyRows, `
DELETE FROM duplicate_profiles WHERE contact_id IN (SELECT v.contact_id FROM v)`, "contact_id")
	// A contact that changed again meanwhile stays in the queue.
	unqueue = batch.NewUpdate[db.DuplicateQueue]("taking from the queue of duplicates", batch.AnyRows, `
DELETE FROM duplicate_queue WHERE (contact_id, since) IN (SELECT v.contact_id, v.since FROM v)`, "contact_id", "since")
	dropSuggestion = batch.NewUpdate[pairKey]("removing suggestions", batch.AnyRows, `
DELETE FROM merge_suggestions WHERE state = 'open' AND touch = '' AND (contact_id, other_id) IN (SELECT v.contact_id, v.other_id FROM v)`, "contact_id", "other_id")
	scoreSuggestion = batch.NewUpdate[db.MergeSuggestion]("writing suggestions", batch.AnyRows, `
UPDATE merge_suggestions SET score = v.score, reasons = v.reasons FROM v
WHERE merge_suggestions.contact_id = v.contact_id AND merge_suggestions.other_id = v.other_id`, "contact_id", "other_id", "score", "reasons")
)

// queueDuplicates has contacts compared with others: those that changed before those that were there.
func queueDuplicates(tx *Tx, changed bool, contactIDs ...string) {
	for _, id := range contactIDs {
		if row := (db.DuplicateQueue{ContactID: id}); changed {
			row.Since = micros(tx.s.now())
			tables.duplicateQueue.Upsert(tx, row)
		} else {
			tables.duplicateAll.InsertIgnore(tx, row)
		}
	}
}

// FindDuplicates compares the next contacts of the queue with those that have a key in common,
// and stores what it suggests. It returns how many it took from the queue. Several hubs may
// do so; they take turns.
func (s *Store) FindDuplicates(ctx context.Context) (n int, err error) {
	queued, err := s.read.QueuedDuplicates(ctx, 1)
	if err != nil || len(queued) == 0 {
		return 0, err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		turns, err := tx.q.TakeDuplicateTurn(ctx)
		if err == nil && turns == 0 {
			err = tx.q.BeginDuplicateTurns(ctx)
		}
		if err != nil {
			return err
		}
		rows, err := tx.q.QueuedDuplicates(ctx, comparedAtOnce)
		if err != nil {
			return err
		}
		n = len(rows)
		ids := mapRows(rows, func(r db.DuplicateQueue) string { return r.ContactID })
		for _, r := range rows {
			unqueue.Queue(tx, r)
		}
		return compareContacts(ctx, tx, ids)
	})
	if err != nil && isConflict(err) {
		return 0, fmt.Errorf("%w: another hub looks for duplicates", leads.ErrConflict)
	}
	return n, err
}

// keysOf are the keys of a profile as they are stored.
func keysOf(p *duplicates.Profile) (keys []int64) {
	for _, text := range p.Keys() {
		keys = append(keys, hashOf(text))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func hashOf(text string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	return int64(h.Sum64()) //nolint:gosec // any number does
}

func keysText(keys []int64) string {
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = strconv.FormatInt(k, 36)
	}
	return strings.Join(parts, " ")
}

func keysFrom(text string) (keys []int64) {
	for part := range strings.FieldsSeq(text) {
		if k, err := strconv.ParseInt(part, 36, 64); err == nil {
			keys = append(keys, k)
		}
	}
	return keys
}

// readPersons reads what contacts are compared by; one that is not there is missing.
func readPersons(ctx context.Context, tx *Tx, ids []string) (map[string]duplicates.Person, error) {
	names, identities, offers := personsByID.Ask(ids...), identitiesByID.Ask(ids...), offersByID.Ask(ids...)
	if len(ids) == 0 {
		return nil, nil
	}
	if err := tx.Read(ctx, names, identities, offers); err != nil {
		return nil, err
	}
	found := map[string]duplicates.Person{}
	for _, r := range names.Rows {
		found[r.ID] = duplicates.Person{Name: r.Name, Company: r.Company}
	}
	slices.SortFunc(identities.Rows, func(a, b identityRow) int { return strings.Compare(a.Kind+a.Value, b.Kind+b.Value) })
	for _, r := range identities.Rows {
		if p, ok := found[r.ContactID]; ok {
			p.Identities = append(p.Identities, leads.Identity{Kind: leads.IdentityKind(r.Kind), Value: r.Value})
			found[r.ContactID] = p
		}
	}
	slices.SortFunc(offers.Rows, func(a, b offerRow) int { return strings.Compare(a.Kind+a.Value, b.Kind+b.Value) })
	for _, r := range offers.Rows {
		p, ok := found[r.ContactID]
		switch {
		case !ok || len(p.Named)+len(p.Unread) >= namedMost:
			continue
		case r.Unread:
			p.Unread = append(p.Unread, r.Value)
		default:
			p.Named = append(p.Named, leads.Identity{Kind: leads.IdentityKind(r.Kind), Value: r.Value})
		}
		found[r.ContactID] = p
	}
	return found, nil
}

// compareContacts compares contacts whose data changed since they were compared the last time.
func compareContacts(ctx context.Context, tx *Tx, ids []string) error {
	persons, err := readPersons(ctx, tx, ids)
	if err != nil {
		return err
	}
	rows, err := profilesByID.Rows(ctx, tx, ids...)
	if err != nil {
		return err
	}
	stored := batch.ByID(rows, func(r db.DuplicateProfile) string { return r.ContactID })
	c := comparer{tx: tx, profiles: map[string]*duplicates.Profile{}, keys: map[string][]int64{}}
	for _, id := range ids {
		p, exists := persons[id]
		had, known := stored[id]
		row := db.DuplicateProfile{ContactID: id}
		if exists {
			body, err := json.Marshal(p)
			if err != nil {
				return err
			}
			row.Hash = hashOf(string(body))
			if known && row.Hash == had.Hash {
				continue
			}
			c.profiles[id] = duplicates.NewProfile(p)
			c.keys[id] = keysOf(c.profiles[id])
			row.Keys = keysText(c.keys[id])
			tables.duplicateProfiles.Upsert(tx, row)
		} else if known {
			dropProfile.Queue(tx, struct{ ContactID string }{id})
		}
		c.changed = append(c.changed, id)
		before := keysFrom(had.Keys)
		for _, k := range before {
			if !slices.Contains(c.keys[id], k) {
				dropKey.Queue(tx, db.DuplicateKey{Key: k, ContactID: id})
			}
		}
		for _, k := range c.keys[id] {
			if !slices.Contains(before, k) {
				tables.duplicateKeys.InsertIgnore(tx, db.DuplicateKey{Key: k, ContactID: id})
			}
		}
	}
	if len(c.changed) == 0 {
		return nil
	}
	return c.compare(ctx)
}

// comparer compares contacts that changed with all that have a key in common.
type comparer struct {
	tx       *Tx
	changed  []string
	profiles map[string]*duplicates.Profile
	keys     map[string][]int64
	holders  map[int64][]string
}

func (c *comparer) compare(ctx context.Context) error {
	candidates, err := c.candidates(ctx)
	if err != nil {
		return err
	}
	one, two := suggestionsByOne.Ask(c.changed...), suggestionsByTwo.Ask(c.changed...)
	if err := c.tx.Read(ctx, one, two); err != nil {
		return err
	}
	has := map[pairKey]db.MergeSuggestion{}
	for _, r := range append(one.Rows, two.Rows...) {
		has[pairKey{r.ContactID, r.OtherID}] = r
	}
	shared := func(key string) bool { return len(c.holders[hashOf(key)]) > duplicates.SharedBy }
	now, judged := micros(c.tx.s.now()), map[pairKey]bool{}
	for _, id := range c.changed {
		for _, other := range candidates[id] {
			pair := pairOf(id, other)
			if judged[pair] {
				continue
			}
			score, reasons := duplicates.Judge(c.profiles[pair.ContactID], c.profiles[pair.OtherID], shared)
			if score == 0 {
				continue
			}
			judged[pair] = true
			row := db.MergeSuggestion{ContactID: pair.ContactID, OtherID: pair.OtherID, Score: int64(score), Reasons: toJSON(reasons), At: now, State: string(leads.DuplicateOpen)}
			if old, known := has[pair]; known {
				row.Score = surer(row.Score, touchScore(old.Touch))
				scoreSuggestion.Queue(c.tx, row)
			} else {
				tables.mergeSuggestions.InsertIgnore(c.tx, row)
			}
		}
	}
	for pair, old := range has { // what no reason is left for
		switch touch := touchScore(old.Touch); {
		case judged[pair]:
		case touch == 0 && old.State == string(leads.DuplicateOpen):
			dropSuggestion.Queue(c.tx, pair)
		default:
			scoreSuggestion.Queue(c.tx, db.MergeSuggestion{ContactID: pair.ContactID, OtherID: pair.OtherID, Score: touch})
		}
	}
	return c.tx.Flush(ctx)
}

// candidates returns the contacts to compare each one with, and reads their profiles. Keys that too
// many contacts have are left out.
func (c *comparer) candidates(ctx context.Context) (map[string][]string, error) {
	var asked []struct{ Key int64 }
	c.holders = map[int64][]string{}
	for _, id := range c.changed {
		for _, k := range c.keys[id] {
			if _, known := c.holders[k]; !known {
				c.holders[k] = nil
				asked = append(asked, struct{ Key int64 }{k})
			}
		}
	}
	rows, err := holdersOf.Rows(ctx, c.tx, asked...)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		c.holders[r.Key] = strings.Fields(r.Holders)
	}
	of, missing := map[string][]string{}, []string(nil)
	for _, id := range c.changed {
		seen := map[string]bool{id: true}
		for _, k := range c.keys[id] {
			if len(c.holders[k]) > duplicates.KeyMost {
				continue
			}
			for _, other := range c.holders[k] {
				if seen[other] || len(of[id]) >= candidatesOfOne {
					continue
				}
				seen[other] = true
				of[id] = append(of[id], other)
				if _, known := c.profiles[other]; !known {
					c.profiles[other] = nil
					missing = append(missing, other)
				}
			}
		}
	}
	persons, err := readPersons(ctx, c.tx, missing)
	for _, id := range missing {
		c.profiles[id] = duplicates.NewProfile(persons[id])
	}
	return of, err
}

// pairOf is two contacts as they are stored.
func pairOf(a, b string) pairKey { return pairKey{min(a, b), max(a, b)} }
