package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
	"ctihub/storage/read"
)

// Bounds of what is read of the suggestions.
const (
	duplicatesMost = 50   // of one contact
	rankedAtOnce   = 200  // read together
	rankedLook     = 2000 // looked at for one page of a viewer who does not see everything, or of one reason
	duplicateCount = 1000 // counted at most
)

// Scores of suggestions by touches.
const (
	togetherScore = 80
	inTextScore   = 70
)

// touchScore is the score of what a touch says, 0 for nothing.
func touchScore(touch string) int64 {
	switch {
	case touch == "":
		return 0
	case strings.Contains(touch, `"`+leads.DuplicateInText+`"`):
		return inTextScore
	}
	return togetherScore
}

// surer is the score of two suggestions of one pair together.
func surer(a, b int64) int64 { return min(99, 100-(100-a)*(100-b)/100) }

var touchSuggestion = batch.NewUpdate[db.MergeSuggestion]("writing suggestions", batch.AnyRows, `
UPDATE merge_suggestions SET touch = v.touch, interaction_id = v.interaction_id, score = 100 - (100 - merge_suggestions.score) * (100 - v.score) / 100 FROM v
WHERE merge_suggestions.contact_id = v.contact_id AND merge_suggestions.other_id = v.other_id AND merge_suggestions.touch = ''`,
	"contact_id", "other_id", "score", "touch", "interaction_id")

// suggestMerge stores the suggestion to merge the touch's contact with another.
func (w *touchWriter) suggestMerge(other string, score int64, reason leads.DuplicateReason) {
	reason.Channel = w.t.Channel
	pair := pairOf(w.contact.ID, other)
	row := db.MergeSuggestion{
		ContactID: pair.ContactID, OtherID: pair.OtherID, Score: score, Touch: toJSON([]leads.DuplicateReason{reason}),
		InteractionID: w.stored.InteractionID, At: micros(w.at), State: string(leads.DuplicateOpen),
	}
	tables.mergeSuggestions.InsertIgnore(w.tx, row)
	touchSuggestion.Queue(w.tx, row)
}

// suggestionOf reads a suggestion without its contacts.
func suggestionOf(r db.MergeSuggestion) (leads.Suggestion, error) {
	s := leads.Suggestion{Score: int(r.Score), Reasons: []leads.DuplicateReason{}, Found: fromMicros(r.At), State: leads.DuplicateState(r.State), Decided: fromMicros(r.Decided)}
	for _, text := range []string{r.Touch, r.Reasons} {
		var some []leads.DuplicateReason
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), &some); err != nil {
			return s, fmt.Errorf("reading why %s and %s are suggested: %w", r.ContactID, r.OtherID, err)
		}
		s.Reasons = append(s.Reasons, some...)
	}
	if r.DecidedBy != "" {
		s.DecidedBy = &leads.Person{ID: r.DecidedBy}
	}
	return s, nil
}

// hasReason reports whether a suggestion has a reason of a code; an empty code is any.
func hasReason(r db.MergeSuggestion, code string) bool {
	return code == "" || strings.Contains(r.Reasons+r.Touch, `"code":"`+code+`"`)
}

// userNames are those of users who decided.
var userNames = batch.NewQuery[string, leads.Person]("reading names of users", "SELECT u.id, u.name FROM users u WHERE", "u.id")

// pairs reads the contacts of suggestions and who decided. A pair with a contact that is not there is
// left out.
func (s *Store) pairs(ctx context.Context, rows []db.MergeSuggestion) (pairs []leads.DuplicatePair, err error) {
	var ids, users []string
	for _, r := range rows {
		ids = append(ids, r.ContactID, r.OtherID)
		if r.DecidedBy != "" {
			users = append(users, r.DecidedBy)
		}
	}
	found, err := contactsByID.Rows(ctx, s.batch, ids...)
	if err != nil {
		return nil, err
	}
	people, err := userNames.Rows(ctx, s.batch, users...)
	if err != nil {
		return nil, err
	}
	contacts, named := batch.ByID(found, func(r db.ContactRow) string { return r.ID }), batch.ByID(people, func(p leads.Person) string { return p.ID })
	for _, r := range rows {
		a, hasA := contacts[r.ContactID]
		b, hasB := contacts[r.OtherID]
		if !hasA || !hasB {
			continue
		}
		p := leads.DuplicatePair{Contacts: []leads.Contact{contactOf(a), contactOf(b)}}
		if p.Suggestion, err = suggestionOf(r); err != nil {
			return nil, err
		}
		if p.DecidedBy != nil {
			p.DecidedBy.Name = named[r.DecidedBy].Name
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}

// visiblePairs returns those of which the viewer sees both contacts.
func (s *Store) visiblePairs(ctx context.Context, v leads.Viewer, rows []db.MergeSuggestion) ([]db.MergeSuggestion, error) {
	if v.Role.SeesAll() || len(rows) == 0 {
		return rows, nil
	}
	refs, named := read.References{}, map[string]bool{}
	for _, r := range rows {
		for _, id := range []string{r.ContactID, r.OtherID} {
			if !named[id] {
				refs.Contacts, named[id] = append(refs.Contacts, id), true
			}
		}
	}
	seen, err := s.lists.Visible(ctx, v, refs)
	return filtered(rows, func(r db.MergeSuggestion) bool { return seen[r.ContactID] && seen[r.OtherID] }), err
}

// DuplicatesOf lists the contacts that are perhaps the same person as one that the viewer may see,
// the surest first.
func (s *Store) DuplicatesOf(ctx context.Context, v leads.Viewer, contactID string, state leads.DuplicateState) (list []leads.Duplicate, err error) {
	if _, err := s.read.SeeContact(ctx, db.SeeContactParams{ID: contactID, SeesAll: v.Role.SeesAll(), Viewer: v.UserID}); err != nil {
		return nil, fmt.Errorf("contact %q: %w", contactID, orNotFound(err))
	}
	rows, err := s.read.SuggestionsOf(ctx, db.SuggestionsOfParams{ContactID: contactID, State: string(state), Most: duplicatesMost})
	if err == nil {
		rows, err = s.visiblePairs(ctx, v, rows)
	}
	if err != nil {
		return nil, fmt.Errorf("duplicates of contact %q: %w", contactID, err)
	}
	pairs, err := s.pairs(ctx, rows)
	for _, p := range pairs {
		other := p.Contacts[0]
		if other.ID == contactID {
			other = p.Contacts[1]
		}
		list = append(list, leads.Duplicate{Contact: other, Suggestion: p.Suggestion})
	}
	return list, err
}

// Duplicates lists pairs of contacts that are perhaps one person and that the viewer may both see, the
// surest first. A page may be shorter than its limit, and even empty, and have a next one.
func (s *Store) Duplicates(ctx context.Context, v leads.Viewer, f leads.DuplicateFilter, p leads.Page) (list leads.List[leads.DuplicatePair], err error) {
	at, err := rankOf(p.Cursor)
	if err != nil {
		return list, err
	}
	at.State, at.Most = string(f.State), rankedAtOnce
	most := min(max(p.Limit, 1), read.MaxPage)
	var found []db.MergeSuggestion
	for looked := 0; len(found) <= most; looked += rankedAtOnce {
		rows, err := s.read.RankedSuggestions(ctx, at)
		if err != nil {
			return list, fmt.Errorf("listing duplicates: %w", err)
		}
		seen, err := s.visiblePairs(ctx, v, filtered(rows, func(r db.MergeSuggestion) bool { return hasReason(r, f.Reason) }))
		if err != nil {
			return list, fmt.Errorf("listing duplicates: %w", err)
		}
		found = append(found, seen...)
		if len(rows) < rankedAtOnce {
			break
		}
		last := rows[len(rows)-1]
		at.Score, at.ContactID, at.OtherID = last.Score, last.ContactID, last.OtherID
		if looked+rankedAtOnce >= rankedLook {
			list.Next = rankText(last)
			break
		}
	}
	if len(found) > most {
		found = found[:most]
		list.Next = rankText(found[most-1])
	}
	list.Items, err = s.pairs(ctx, found)
	return list, err
}

// CountDuplicates counts the open pairs that the viewer may see, as far as the surest ones reach.
func (s *Store) CountDuplicates(ctx context.Context, v leads.Viewer) (int, error) {
	if v.Role.SeesAll() {
		n, err := s.read.CountSuggestions(ctx, db.CountSuggestionsParams{State: string(leads.DuplicateOpen), Most: duplicateCount})
		return int(n), err
	}
	rows, err := s.read.RankedSuggestions(ctx, db.RankedSuggestionsParams{State: string(leads.DuplicateOpen), Score: 100, Most: duplicateCount})
	if err == nil {
		rows, err = s.visiblePairs(ctx, v, rows)
	}
	return len(rows), err
}

// The place of a suggestion in the list, as a cursor.
func rankText(r db.MergeSuggestion) string {
	return fmt.Sprintf("%d.%s.%s", r.Score, r.ContactID, r.OtherID)
}

func rankOf(cursor string) (at db.RankedSuggestionsParams, err error) {
	if cursor == "" {
		return db.RankedSuggestionsParams{Score: 100}, nil
	}
	parts := strings.Split(cursor, ".")
	if len(parts) == 3 {
		if n, err := strconv.ParseInt(parts[0], 10, 8); err == nil {
			return db.RankedSuggestionsParams{Score: n, ContactID: cleanText(parts[1]), OtherID: cleanText(parts[2])}, nil
		}
	}
	return at, fmt.Errorf("%w: the cursor is not from this list", leads.ErrInvalid)
}

// DecideDuplicate stores that two contacts are not the same, or takes that back: a pair that no reason is
// left for is forgotten then. leads.ErrNotFound if they were never suggested.
func (t *Tx) DecideDuplicate(ctx context.Context, a, b string, state leads.DuplicateState, userID string) (changed bool, err error) {
	pair := pairOf(a, b)
	row, err := t.q.GetSuggestion(ctx, db.GetSuggestionParams{ContactID: pair.ContactID, OtherID: pair.OtherID})
	if err != nil {
		return false, orNotFound(err)
	}
	p := db.DecideSuggestionParams{ContactID: pair.ContactID, OtherID: pair.OtherID, State: string(state)}
	switch {
	case state == leads.DuplicateDismissed:
		p.Decided, p.DecidedBy = micros(t.s.now()), userID
	case row.State == string(state):
		return false, nil
	case row.Reasons == "" && row.Touch == "":
		return true, t.q.DropSuggestion(ctx, db.DropSuggestionParams{ContactID: pair.ContactID, OtherID: pair.OtherID})
	}
	n, err := t.q.DecideSuggestion(ctx, p)
	return n > 0, err
}
