package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// upstream hands out numbered messages, as a messenger does: a request for the messages
// after number n acknowledges n and all before, which are not handed out again. So a
// message that a hub acknowledges before it is stored is lost.
//
// With strict, a message has another key each time it is handed out, so that only the
// cursor keeps a hub from storing it twice.
type upstream struct {
	t      *testing.T
	truth  *oracle
	strict bool

	mu     sync.Mutex
	acked  int // highest number acknowledged
	made   int
	handed int // number of answers that handed out messages
	wrong  int // times that the cursor went back, or ahead of what was handed out
	ended  bool
	people map[int]int // number → person
}

// Format and batch size of the upstream.
const (
	handedOut = "~" // between a message's own key and the mark of its handing out
	batchSize = 5   // messages in one answer
)

// message is one message on the wire.
type message struct {
	Number     int
	Key, Phone string
}

// judge checks how the hub moved its cursor.
func (u *upstream) judge() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.wrong > 0 {
		u.t.Errorf("%d times the cursor went back, or ahead of what was handed out", u.wrong)
	}
	u.t.Logf("upstream: %d of %d messages acknowledged, handed out %d times", u.acked, u.made, u.handed)
}

// end stops making new messages.
func (u *upstream) end() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.ended = true
}

func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := u.after(r.FormValue("after"))
	select { // the pace of the upstream
	case <-time.After(10 * time.Millisecond):
	case <-r.Context().Done():
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// after acknowledges the messages up to a number, and returns those after it.
func (u *upstream) after(number string) []message {
	u.mu.Lock()
	defer u.mu.Unlock()
	after, _ := strconv.Atoi(number)
	if after < u.acked || after > u.made {
		u.wrong++
		after = u.acked
	}
	for ; u.acked < after; u.acked++ {
		if err := u.truth.recordAccepted(fmt.Sprint("u", u.acked+1)); err != nil {
			u.t.Error(err)
		}
	}
	for ; u.made < u.acked+batchSize && !u.ended; u.made++ {
		u.people[u.made+1] = u.truth.nextPerson()
		if err := u.truth.recordSent(fmt.Sprint("u", u.made+1), u.people[u.made+1]); err != nil {
			u.t.Error(err)
		}
	}
	u.handed++
	answer := []message{}
	for n := u.acked + 1; n <= u.made; n++ {
		m := message{n, fmt.Sprint("u", n), phoneOf(u.people[n])}
		if u.strict {
			m.Key += handedOut + fmt.Sprint(u.handed)
		}
		answer = append(answer, m)
	}
	return answer
}

// feedReader is a minimal correct connector for an [upstream].
type feedReader struct{ url string }

func feedKind(url string) connectors.Kind {
	return connectors.Kind{Name: "feed", In: func(connectors.Env) (connectors.Source, error) {
		return connectors.Source{Run: feedReader{url}.Run}, nil
	}}
}

func (f feedReader) Run(ctx context.Context, in leads.Inbox) error {
	cursor, err := in.Cursor(ctx)
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		messages, err := f.after(ctx, cursor)
		if err != nil {
			return err
		}
		var touches []leads.Touch
		next := cursor
		for _, m := range messages {
			next = fmt.Sprint(m.Number)
			touches = append(touches, leads.Touch{
				ExternalID: m.Key, Channel: "feed", Direction: leads.In, Text: "price?",
				From: []leads.Identity{{Kind: leads.KindPhone, Value: m.Phone}},
			})
		}
		if len(touches) == 0 {
			continue
		}
		if err := in.Put(ctx, next, touches...); err != nil {
			return err
		}
		cursor = next
	}
	return nil
}

// after asks for the messages after the cursor, which acknowledges the others.
func (f feedReader) after(ctx context.Context, cursor string) (messages []message, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url+"?after="+cursor, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return messages, json.NewDecoder(resp.Body).Decode(&messages)
}
