package email

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// queue tracks which mails of a FETCH command came. Servers answer in any order, and
// leave out expunged ones.
type queue struct {
	uids []imap.UID // asked for, in order
	have map[imap.UID]bool
	next int // index of the first that has not come
}

func newQueue(uids []imap.UID) *queue {
	return &queue{uids: uids, have: make(map[imap.UID]bool, len(uids))}
}

func (q *queue) has(uid imap.UID) bool {
	for _, u := range q.uids {
		if u == uid {
			return true
		}
	}
	return false
}

// came marks a mail as received and returns the UID up to which all have come, 0 for
// none.
func (q *queue) came(uid imap.UID) imap.UID {
	q.have[uid] = true
	for q.next < len(q.uids) && q.have[q.uids[q.next]] {
		q.next++
	}
	if q.next == 0 {
		return 0
	}
	return q.uids[q.next-1]
}

// first returns the first mail that has not come, 0 if all have.
func (q *queue) first() imap.UID {
	if q.next == len(q.uids) {
		return 0
	}
	return q.uids[q.next]
}

func (q *queue) missing() []imap.UID {
	var uids []imap.UID
	for _, u := range q.uids {
		if !q.have[u] {
			uids = append(uids, u)
		}
	}
	return uids
}

// stuckMail is a mail at which the connection breaks repeatedly.
type stuckMail struct {
	uid   imap.UID
	times int
}

// stuckAfter is how often in a row the connection must break at one mail before it is
// skipped for now.
const stuckAfter = 3

func (j *stuckMail) note(uid imap.UID) {
	if j.uid != uid {
		*j = stuckMail{uid: uid}
	}
	j.times++
}

// takeStuck returns the mail that is to be skipped for now, if there is one.
func (j *stuckMail) takeStuck(uids []imap.UID) (imap.UID, bool) {
	if j.times < stuckAfter || !slices.Contains(uids, j.uid) {
		return 0, false
	}
	uid := j.uid
	*j = stuckMail{}
	return uid, true
}
