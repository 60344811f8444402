package max

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/max/maxtest"
)

func TestLongPollFaults(t *testing.T) {
	for name, fault := range map[string]func(r *rig) (want []string){
		"502": func(r *rig) []string {
			r.max.Fail("GET /updates", maxtest.Fault{Status: 502}, maxtest.Fault{Status: 502})
			return nil
		},
		"429":             func(r *rig) []string { r.max.Fail("GET /updates", maxtest.Fault{Status: 429, Retry: "1"}); return nil },
		"the line is cut": func(r *rig) []string { r.max.Fail("GET /updates", maxtest.Fault{Cut: true}); return nil },
		"the marker is lower, and old updates come again": func(r *rig) []string {
			r.max.Restart()
			return nil
		},
		"an answer without an end": func(r *rig) []string {
			r.max.Answer(encode(object{"updates": list{created(62, "x", "x")}, "marker": nil}))
			return []string{"x"}
		},
		"a page of nonsense": func(r *rig) []string { r.max.Answer([]byte(`{"updates":{}}`)); return nil },
		"repeated and in the wrong order": func(r *rig) []string {
			a, b := created(62, "a", "a"), created(62, "b", "b")
			for _, u := range []json.RawMessage{b, a, b, b} {
				r.max.Push(u)
			}
			return []string{"a", "b"}
		},
		"failing storage": func(r *rig) []string { r.Inbox.Fail(3); return nil },
		"more than a page": func(r *rig) (want []string) {
			for n := range 2*pollLimit + 5 {
				mid := fmt.Sprintf("many%d", n)
				r.max.Push(created(70, mid, "x"))
				want = append(want, mid)
			}
			return want
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, longPollSettings)
			r.run()
			r.taken(r.max.Push(created(61, "first", "hello")))
			want := append([]string{"first"}, fault(r)...)
			r.taken(r.max.Push(created(61, "last", "hello")))
			r.WantKeys(append(want, "last")...)
		})
	}
}

func TestTroubleInWords(t *testing.T) {
	for want, prepare := range map[string]func(*rig){
		"does not accept the bot's token": func(r *rig) { r.b.api.token = "wrong" },
		"set mode: webhook":               func(r *rig) { r.max.Fail("GET /updates", maxtest.Fault{Status: 405}) },
		"asked too often":                 func(r *rig) { r.max.Fail("GET /me", maxtest.Fault{Status: 429}) },
		"MAX answered 503":                func(r *rig) { r.max.Fail("GET /me", maxtest.Fault{Status: 503}) },
		"moderators":                      func(r *rig) { r.max.Fail("GET /me", maxtest.Fault{Status: 403}) },
		"check api_url":                   func(r *rig) { r.b.api.base += "/v2" },
		"connection to MAX":               func(r *rig) { r.max.Fail("GET /me", maxtest.Fault{Cut: true}) },
		"cannot be read":                  func(r *rig) { r.max.Answer([]byte("<html>")) },
		"cannot be reached":               func(r *rig) { r.b.api.base = "http://127.0.0.1:1" },
		"where they end":                  func(r *rig) { r.max.WithoutMarker(); r.max.Push(created(1, "a", "b")) },
	} {
		t.Run(want, func(t *testing.T) {
			r := newRig(t, longPollSettings)
			prepare(r)
			err := r.b.Run(r.Wait(), r.Inbox)
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), maxtest.Token) {
				t.Errorf("error = %v", err)
			}
		})
	}
}

// 300 messages of 40 people, delivered twice and out of order, while storage
// fails and loses confirmations, lines are cut, markers fall back and the hub
// restarts: each is there exactly once.
func TestThreeHundredMessages(t *testing.T) {
	random := connectortest.Random(t)
	r := newRig(t, longPollSettings)
	stop := r.run()
	// Without a marker MAX gives the last update alone: the first one gives it.
	r.taken(r.max.Push(encode(object{"update_type": "bot_stopped", "timestamp": 1})))
	want := map[string]string{}
	var late []json.RawMessage
	for n := range 300 {
		mid, text := fmt.Sprintf("mid.%d", n), fmt.Sprintf("message %d", n)
		want[mid] = text
		update := created(100+random.IntN(40), mid, text)
		switch random.IntN(6) {
		case 0:
			late = append(late, update)
		case 1:
			r.max.Push(update)
			r.max.Push(update)
		default:
			r.max.Push(update)
		}
		switch random.IntN(25) {
		case 0:
			r.Inbox.Fail(1 + random.IntN(3))
		case 1:
			r.Inbox.Lose(1)
		case 2:
			r.max.Fail("GET /updates", maxtest.Fault{Cut: true})
		case 3:
			r.max.Fail("GET /updates", maxtest.Fault{Status: 500})
		case 4:
			r.max.Restart()
		case 5:
			stop()
			stop = r.run()
		case 6:
			r.taken(r.max.Push(encode(object{"update_type": "bot_stopped", "timestamp": n})))
		}
	}
	for _, update := range late {
		r.max.Push(update)
	}
	r.taken(r.max.Push(encode(object{"update_type": "bot_stopped", "timestamp": 300})))
	stop()
	r.WantExactly(want)
}
