package telegram

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"ctihub/connectors/telegram/telegramtest"
)

// Telegram and the hub's storage fail at random, updates come twice, the bot is
// restarted, and ids begin lower: every message is stored under one key.
func TestFaultsLoseAndDoubleNothing(t *testing.T) {
	const n = 500
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test
	var mu sync.Mutex
	pick := func(of int) int {
		mu.Lock()
		defer mu.Unlock()
		return random.IntN(of)
	}
	chance := func(of int) bool { return pick(of) == 0 }
	d := newDesk(t, "")
	faulty := true
	d.srv.Fail(func(method string) telegramtest.Fault {
		mu.Lock()
		on := faulty
		mu.Unlock()
		switch {
		case !on || method != "getUpdates":
		case chance(12):
			return telegramtest.Fault{Status: 502}
		case chance(12):
			return telegramtest.Fault{Drop: true}
		case chance(12):
			return telegramtest.Fault{DropAfter: true} // which may confirm and lose the answer
		case chance(40):
			return telegramtest.Fault{Status: 409}
		}
		return telegramtest.Fault{}
	})
	ctx, stop := context.WithCancel(waiting(t))
	var running sync.WaitGroup
	runs := 0
	running.Go(func() {
		for ctx.Err() == nil { // as the supervisor does, without its waits
			life, end := context.WithCancel(ctx)
			if chance(10) {
				time.AfterFunc(time.Duration(pick(20))*time.Millisecond, end)
			}
			_ = d.bot.Run(life, d.in)
			end()
			runs++
		}
	})
	d.srv.RestartIDs(1_000_000)
	want := map[string]bool{}
	for i := range n {
		person := telegramtest.Person{ID: int64(1 + i%7), First: "P"}
		text := fmt.Sprintf("message %d", i)
		want[text] = true
		d.srv.Text(person, 1+i/7, text)
		if chance(10) {
			d.srv.Text(person, 1+i/7, text) // again, as another update
		}
		switch {
		case chance(15):
			d.in.Fail(1)
		case chance(15):
			d.in.Lose(1)
		}
		if i == n/2 { // an idle week lies in between
			if err := d.srv.AwaitIdle(ctx); err != nil {
				t.Fatal(err)
			}
			d.srv.RestartIDs(50)
		}
		if chance(5) {
			time.Sleep(time.Duration(i%3) * time.Millisecond) // so that pages are of all sizes
		}
	}
	err := d.srv.AwaitIdle(ctx)
	mu.Lock()
	faulty = false
	mu.Unlock()
	stop()
	running.Wait()
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	keys := map[string]map[string]bool{}
	for _, m := range d.in.Touches() {
		if keys[m.Text] == nil {
			keys[m.Text] = map[string]bool{}
		}
		keys[m.Text][m.ExternalID] = true
	}
	lost, doubled := 0, 0
	for text := range want {
		switch len(keys[text]) {
		case 0:
			lost++
		case 1:
		default:
			doubled++
		}
	}
	t.Logf("N %d, lost %d, doubled %d, invented %d, puts %d, runs %d, seed %d", n, lost, doubled, len(keys)-n+lost, d.in.Puts(), runs, seed)
	if lost > 0 || doubled > 0 || len(keys) != n {
		t.Errorf("seed %d", seed)
	}
}

func FuzzUpdate(f *testing.F) {
	for _, s := range []string{
		`{"update_id":1,"message":{"message_id":1,"from":{"id":1,"first_name":"A"},"chat":{"id":1,"type":"private"},"date":1,"text":"a"}}`,
		`{"update_id":1,"message":{"message_id":1,"from":{"id":1},"chat":{"id":1,"type":"private"},"date":1,"photo":[{"file_id":"x"}],"contact":{"phone_number":"7","user_id":1},"reply_to_message":{"message_id":3}}}`,
		`{"update_id":1,"edited_message":{"message_id":1,"from":{"id":1},"chat":{"id":1,"type":"private"},"date":1,"venue":{"location":{}},"forward_origin":{"chat":{"title":"x"}}}}`,
		`{"update_id":1,"callback_query":{"id":"1","from":{"id":1},"data":"take:x"}}`,
		`{"update_id":1,"message":{"message_id":1,"from":{"id":1},"chat":{"id":1,"type":"private"},"date":1,"web_app_data":{"data":"{\"phone\":\"79160000001\",\"a\":[1,{}]}"},"contact":{"vcard":"TEL:1"}}}`,
		`{"update_id":1,"message":{"message_id":1,"from":{"id":1},"chat":{"id":1,"type":"private"},"date":1,"successful_payment":{"currency":"KWD","total_amount":-5,"order_info":{"phone_number":"7","shipping_address":{}}},"checklist_tasks_done":{"marked_as_done_task_ids":[1]},"x":{}}}`,
		`{"update_id":1,"pre_checkout_query":{"id":"1","from":{"id":1},"total_amount":1e9}}`, `{"update_id":1,"poll_answer":{"user":{"id":1},"option_ids":[0]}}`,
		`{"update_id":1,"business_message":{"message_id":1,"from":{"id":1},"chat":{"id":2,"type":"private"},"business_connection_id":"a","quote":{"text":"q"}}}`,
		`{"update_id":"x","message":[]}`, `null`, `[]`, `{"message":{}}`, `{"update_id":1,"message":{"message_id":1,"chat":{"id":1,"type":"private"},"text":"/start ` + "\u0000" + `"}}`,
	} {
		f.Add([]byte(s))
	}
	b := &bot{api: &api{id: "7"}, settings: settings{Lang: "en"}}
	b.env.Log = discard
	b.env.Now = time.Now
	f.Fuzz(func(t *testing.T, raw []byte) {
		u := b.read(raw)
		if u.touch == nil {
			return
		}
		m := u.touch.Normalise("RU")
		m.Source = "bot"
		if m.ExternalID == "" || u.touch.Raw == "" && len(raw) > 0 {
			t.Errorf("neither a key nor what came: %+v", m)
		}
		if err := m.Validate(); (err != nil) != (m.Suspect != "") {
			t.Errorf("%v: %+v", err, m)
		}
	})
}
