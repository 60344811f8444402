package storage

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"ctihub/leads"
	"ctihub/storage/batch"
)

// Whose turn it is: a transaction that stores new leads takes the turn first, and reads the
// candidates after it. On PostgreSQL the turn is an advisory lock, held until the transaction
// ends, so that all hubs pick one after the other, each with the counts of those before: shares
// stay equal and no limit is passed, whatever the rule is. The judge is takeTurns, which refuses
// a turn that has passed; without the lock it would refuse, and repeat, most transactions of a
// burst. Tickets of a sequence would need no lock, but know neither shifts nor limits.
// SQLite has one writer.

// turnLock is the key of the advisory lock: a number that no other program is likely to use in the
// hub's database.
const turnLock = 2_844_828_876

var turn = batch.NewSelect[int64]("taking the turn", fmt.Sprintf("SELECT 1 FROM pg_advisory_xact_lock(%d)", turnLock))

// askTurn asks for the turn.
func (t *Tx) askTurn() []batch.Asked {
	if t.s.writing != nil {
		return nil
	}
	return []batch.Asked{turn.AskAll()}
}

// candidatesInTurn selects every user that may take leads, with what picking needs of them,
// those who waited longest first. open_leads is counted for managers with the same
// last_assigned, and 0 for others: it only decides between the former.
var candidatesInTurn = batch.NewSelect[candidateRow]("listing candidates", `
SELECT u.id, u.name, u.role, u.team, u.presence, u.shifts, u.last_assigned, u.presence_until, CAST(CASE
    WHEN u.role = 'manager' AND EXISTS (SELECT 1 FROM users o
        WHERE o.role = 'manager' AND o.disabled = FALSE AND o.last_assigned = u.last_assigned AND o.id <> u.id)
    THEN (SELECT COUNT(*) FROM leads l WHERE l.manager_id = u.id AND l.status IN ('new', 'working'))
    ELSE 0 END AS BIGINT) AS open_leads,
    COALESCE((SELECT s.substitute_id FROM substitutes s WHERE s.user_id = u.id AND s.state = 'active'), '') AS substitute_id
FROM users u
WHERE u.disabled = FALSE AND u.role IN ('operator', 'manager')
ORDER BY u.last_assigned, u.id`)

type candidateRow struct {
	ID, Name, Role, Team, Presence, Shifts string
	LastAssigned, PresenceUntil, OpenLeads int64
	SubstituteID                           string
}

func candidateOf(r candidateRow) leads.Candidate {
	return leads.Candidate{OpenLeads: int(r.OpenLeads), SubstituteID: r.SubstituteID, User: leads.User{
		ID: r.ID, Name: r.Name, Role: leads.Role(r.Role), Team: r.Team, Presence: presenceOf(r.Presence, "", "", 0, r.PresenceUntil).Presence, Shifts: shiftsOf(r.Shifts),
		LastAssigned: fromMicros(r.LastAssigned),
	}}
}

// takeTurns conflicts when a manager got a lead since the candidates were read, or is
// disabled.
var takeTurns = batch.NewUpdate[takenTurn]("noting whose turn it was", batch.EachOne, `
UPDATE users SET last_assigned = v.last_assigned FROM v
WHERE users.id = v.id AND users.last_assigned = v.seen AND users.disabled = FALSE`, "id", "seen", "last_assigned")

type takenTurn struct {
	ID                 string
	Seen, LastAssigned int64
}

// queueTurns notes the last turn of each manager. Each assignment of a manager has the Turn of
// the one before as Seen. Every transaction locks contacts before managers, and these in the
// order of their ids, so that two cannot deadlock.
func queueTurns(tx *Tx, all []leads.Assignment) {
	var turns []takenTurn
	for _, a := range all {
		i := slices.IndexFunc(turns, func(t takenTurn) bool { return t.ID == a.ManagerID })
		if i < 0 {
			i = len(turns)
			turns = append(turns, takenTurn{ID: a.ManagerID, Seen: micros(a.Seen)})
		}
		turns[i].LastAssigned = micros(a.Turn())
	}
	slices.SortFunc(turns, func(a, b takenTurn) int { return cmp.Compare(a.ID, b.ID) })
	for _, t := range turns {
		takeTurns.Queue(tx, t)
	}
}

// Pick chooses a lead's manager among the candidates, and says why, as a reason code of package
// leads; nil: nobody can take the lead now. It is pure.
type Pick func(lead leads.Lead, ownerID string, all []leads.Candidate, at time.Time) (*leads.Candidate, string)

// PickLimit is how long a rule may take to pick a manager while a touch is being stored. A
// rule that has not ended after pickPatience times as long is left behind; the factor is for machines
// that are so busy that a rule has to wait for a processor.
const (
	PickLimit    = time.Millisecond
	pickPatience = 10
)

// picker picks the managers of the new leads of a wave. Each pick counts those before it.
type picker struct {
	pick       Pick
	limit      time.Duration
	candidates []leads.Candidate // nil once the rule has failed
}

// manager picks the manager of a lead. ok is false if the rule failed, and for all leads after
// that: they are stored without a manager, for the router to find.
func (p *picker) manager(lead leads.Lead, ownerID string, at time.Time) (m *leads.Candidate, reason string, ok bool) {
	if p.candidates == nil {
		return nil, "", false
	}
	type picked struct {
		manager *leads.Candidate
		reason  string
		took    time.Duration
		err     error
	}
	done, candidates := make(chan picked, 1), p.candidates
	go func() {
		var r picked
		defer func() {
			if cause := recover(); cause != nil {
				r.err = fmt.Errorf("panic while picking: %T\n%s", cause, debug.Stack())
			}
			done <- r
		}()
		began := time.Now()
		r.manager, r.reason = p.pick(lead, ownerID, candidates, at)
		r.took = time.Since(began)
	}()
	limit := time.NewTimer(pickPatience * p.limit)
	defer limit.Stop()
	select {
	case r := <-done:
		if r.err == nil && r.took <= p.limit {
			return r.manager, r.reason, true
		}
	case <-limit.C:
	}
	p.candidates = nil
	return nil, "", false
}

// pickManagers picks the managers of the leads that the touches open.
func pickManagers(tx *Tx, wave []*touchWriter, candidates []leads.Candidate) (assigned []leads.Assignment) {
	p := picker{pick: tx.s.pick, limit: tx.s.pickLimit, candidates: candidates}
	for _, w := range wave {
		if !w.out.NewLead {
			continue
		}
		m, reason, ok := p.manager(*w.lead, w.owner, w.at)
		if !ok || m == nil { // the router notes why it waits, and tells those who may take it
			continue
		}
		w.lead.Reason, w.lead.ReasonText = reason, leads.ReasonText(reason)
		w.lead.ManagerID, w.lead.ManagerName, w.lead.Assigned = m.ID, m.Name, w.at
		a := leads.Give(w.lead.ID, m, reason, candidates, w.at)
		w.assignment, assigned = &a, append(assigned, a)
	}
	return assigned
}
