package vk

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/vk/vktest"
	"ctihub/leads"
)

func (r *rig) polled(n int) {
	r.t.Helper()
	if err := r.vk.AwaitPoll(r.Wait(), n); err != nil {
		r.t.Fatalf("not asked: %v (trouble: %v)", err, r.Health())
	}
}

func TestLongPollFaults(t *testing.T) {
	hello := func(r *rig, peer int64) json.RawMessage { return r.vk.Write(peer, vktest.Message{"text": "hello"}) }
	for name, fault := range map[string]func(r *rig) (want []string){
		"failed 1: events were lost, and are read from the conversations": func(r *rig) []string {
			hello(r, 62)
			hello(r, 62)
			r.vk.Write(2_000_000_005, vktest.Message{"text": "group"})
			r.vk.Write(63, vktest.Message{"text": "old", "date": int64(1_600_000_000)})
			r.vk.Write(63, vktest.Message{"text": "staff", "from_id": -vktest.GroupID, "out": 1, "admin_author_id": 4})
			r.vk.Lose()
			return []string{"62:1", "62:2", "63:2"}
		},
		"failed 2: the key has expired": func(r *rig) []string { r.vk.ExpireKey(); return nil },
		"failed 3: the stream begins anew, lower": func(r *rig) []string {
			for range 5 {
				r.taken(r.vk.Push(hello(r, 61)))
			}
			hello(r, 62)
			r.vk.Restart()
			return []string{"61:2", "61:3", "61:4", "61:5", "61:6", "62:1"}
		},
		"failed 4": func(r *rig) []string { r.vk.Answer([]byte(`{"failed":4,"min_version":0,"max_version":3}`)); return nil },
		"502": func(r *rig) []string {
			r.vk.Fail("lp", vktest.Fault{Status: 502}, vktest.Fault{Status: 502})
			return nil
		},
		"the line is cut":   func(r *rig) []string { r.vk.Fail("lp", vktest.Fault{Cut: true}); return nil },
		"an event repeated": func(r *rig) []string { e := hello(r, 62); r.vk.Push(e); r.vk.Push(e); return []string{"62:1"} },
		"in the wrong order": func(r *rig) []string {
			a, b := hello(r, 62), hello(r, 62)
			r.vk.Push(b)
			r.vk.Push(a)
			return []string{"62:1", "62:2"}
		},
		"a broken event": func(r *rig) []string {
			e := json.RawMessage(`{"type":"message_new","event_id":"broken","object":{"message":[]}}`)
			r.vk.Push(e)
			return []string{"event:broken"}
		},
		"failing storage": func(r *rig) []string {
			r.Inbox.Fail(3)
			// A button is in no conversation: only the stream has it.
			button := vktest.Event("message_event", map[string]any{"user_id": 61, "peer_id": 61, "event_id": "e"})
			r.vk.Push(button)
			var u update
			_ = json.Unmarshal(button, &u)
			return []string{"event:" + u.EventID}
		},
		"more than a transaction takes": func(r *rig) (want []string) {
			for i := range 2*putMost + 5 {
				r.vk.Push(hello(r, 70))
				want = append(want, fmt.Sprintf("70:%d", i+1))
			}
			return want
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, longPollSettings)
			r.run()
			r.polled(1)
			r.taken(r.vk.Push(hello(r, 61)))
			want := append([]string{"61:1"}, fault(r)...)
			r.taken(r.vk.Push(hello(r, 99)))
			r.WantKeys(append(want, "99:1")...)
			if err := r.Health(); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestTroubleInWords(t *testing.T) {
	for want, prepare := range map[string]func(*rig){
		"does not accept the community's access key": func(r *rig) { r.c.api.token = "wrong" },
		"switch it on":      func(r *rig) { r.vk.Disable() },
		"has not the right": func(r *rig) { r.vk.Fail("groups.getLongPollServer", vktest.Fault{Code: 15}) },
		"asked too often":   func(r *rig) { r.vk.Fail("groups.getLongPollServer", vktest.Fault{Code: 29}) },
		"VK answered 503":   func(r *rig) { r.vk.Fail("groups.getLongPollServer", vktest.Fault{Status: 503}) },
		"connection to VK":  func(r *rig) { r.vk.Fail("groups.getLongPollServer", vktest.Fault{Cut: true}) },
		"failed 2 to every": func(r *rig) {
			for range maxFailed + 1 {
				r.vk.Answer([]byte(`{"failed":2}`))
			}
		},
		"cannot be read":    func(r *rig) { r.vk.Answer([]byte(`<html>`)) },
		"cannot be reached": func(r *rig) { r.c.api.base = "http://127.0.0.1:1" },
		"no place to go on": func(r *rig) { r.vk.Answer([]byte(`{"updates":[]}`)) },
	} {
		t.Run(want, func(t *testing.T) {
			r := newRig(t, longPollSettings)
			prepare(r)
			err := r.c.Run(r.Wait(), r.Inbox)
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), vktest.Token) || strings.Contains(err.Error(), "key0") {
				t.Errorf("error = %v", err)
			}
		})
	}
}

func TestTheStreamStaysWithVK(t *testing.T) {
	r := newRig(t, longPollSettings)
	r.c.vendor.API = nil
	if err := r.c.Run(r.Wait(), r.Inbox); err == nil || !strings.Contains(err.Error(), "not one of its own") {
		t.Errorf("error = %v", err)
	}
}

// 300 messages of 40 people, some edited, delivered twice and out of order,
// while storage fails and loses confirmations, lines are cut, keys expire,
// events are lost and the hub restarts: each is there exactly once.
func TestThreeHundredMessages(t *testing.T) {
	random := connectortest.Random(t)
	r := newRig(t, longPollSettings)
	stop := r.run()
	r.polled(1)
	want := map[string]string{}
	var late []json.RawMessage
	for n := range 300 {
		peer := int64(100 + random.IntN(40))
		m := vktest.Message{"text": fmt.Sprintf("message %d", n)}
		event := r.vk.Write(peer, m)
		want[key(peer, m["conversation_message_id"].(int64))] = m["text"].(string)
		switch random.IntN(6) {
		case 0:
			late = append(late, event)
		case 1:
			r.vk.Push(event)
			r.vk.Push(event)
		default:
			r.vk.Push(event)
		}
		switch random.IntN(25) {
		case 0:
			r.Inbox.Fail(1 + random.IntN(3))
		case 1:
			r.Inbox.Lose(1)
		case 2:
			r.vk.Fail("lp", vktest.Fault{Cut: true})
		case 3:
			r.vk.Fail("lp", vktest.Fault{Status: 500})
		case 4:
			r.vk.ExpireKey()
		case 5:
			r.vk.Lose()
		case 6:
			r.vk.Restart()
		case 7:
			stop()
			stop = r.run()
		case 8:
			r.taken(r.vk.Push(vktest.Event("message_typing_state", map[string]int{"n": n})))
		}
	}
	ts := 0
	for _, event := range late {
		ts = r.vk.Push(event)
	}
	ts = max(ts, r.vk.Push(vktest.Event("message_typing_state", map[string]int{"n": 300})))
	r.taken(ts)
	stop()
	r.WantExactly(want)
}

func TestReadReceipts(t *testing.T) {
	r := newRig(t, longPollSettings)
	r.run()
	r.polled(1)
	r.taken(r.vk.Push(r.vk.Write(61, vktest.Message{"text": "hello"})))
	var ids []string
	for n := range 3 {
		id, err := r.c.Send(r.Wait(), reply(fmt.Sprint("r", n)))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	r.FailReceipts(2) // the events come again
	second := r.vk.Sent(61)[1]
	r.taken(r.vk.Push(vktest.Event("message_read", map[string]any{"from_id": 61, "peer_id": 61, "read_message_id": second["id"]})))
	if got := r.Receipted(leads.ReplyRead); !slices.Equal(got, ids[:2]) {
		t.Errorf("read %q, want %q", got, ids[:2])
	}
	r.c.sent = newSent() // as after a restart
	third := r.vk.Sent(61)[2]
	r.taken(r.vk.Push(vktest.Event("message_read", map[string]any{"from_id": 61, "peer_id": 61, "read_message_id": third["id"]})))
	r.taken(r.vk.Push(vktest.Event("message_read", map[string]any{"from_id": -777, "peer_id": 61, "read_message_id": 1})))
	if got := r.Receipted(leads.ReplyRead); !slices.Equal(got, ids) {
		t.Errorf("read %q, want %q", got, ids)
	}
	r.WantKeys("61:1") // and none of what the hub itself sent
}
