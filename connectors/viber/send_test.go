package viber

import (
	"context"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/viber/vibertest"
	"ctihub/leads"
)

func reply(words string) leads.Reply {
	return leads.Reply{ID: "r1", To: leads.Identity{Kind: KindUser, Value: user}, Text: words}
}

func (h *hub) ready() *hub {
	h.viber.Take("https://hub.example.com/in/vb")
	return h
}

func TestSend(t *testing.T) {
	h := newHub(t).ready()
	words := "Цена < 100 & доставка 🚚"
	got, err := h.bot.Send(t.Context(), reply(words))
	if err != nil || got != "18446744073709550001" { // more than a float holds
		t.Fatalf("%q %v", got, err)
	}
	name := string([]rune(vibertest.Name)[:maxSender])
	want := m{"receiver": user, "min_api_version": 1.0, "sender": m{"name": name}, "type": "text", "text": words}
	if sent := h.viber.Sent(); !reflect.DeepEqual(sent, []m{want}) {
		t.Errorf("%v", sent)
	}
	for range 2 {
		if _, err := h.bot.Send(t.Context(), reply(strings.Repeat("ж", 7000))); err != nil {
			t.Error(err)
		}
	}
	if h.asked("get_account_info") != 1 {
		t.Error("the bot's name was asked for again")
	}
	if s := h.bot.Sends(); s.MaxFile != 0 || s.MaxText != 7000 || !slices.Equal(s.To, []leads.IdentityKind{KindUser}) || s.Cold || s.Repeated || s.Channel != leads.ChannelViber {
		t.Errorf("%+v", s)
	}
}

func TestSendRefuses(t *testing.T) {
	h := newHub(t).ready()
	h.viber.Unsubscribe("gone=")
	phone, gone, file := reply("x"), reply("x"), reply("x")
	phone.To = leads.Identity{Kind: leads.KindPhone, Value: "+79161234567"}
	gone.To.Value = "gone="
	file.Attachments = []leads.Attachment{{ID: "a"}}
	for words, c := range map[string]struct {
		reply leads.Reply
		code  leads.ReplyFault
		limit int64
	}{
		"Viber id": {phone, leads.FaultNeverWrote, 0}, "unsubscribed": {gone, leads.FaultBlocked, 0}, "files cannot be sent": {file, leads.FaultNoFiles, 0},
		"empty": {reply(" \n"), leads.FaultEmpty, 0}, "7000": {reply(strings.Repeat("x", 7001)), leads.FaultTooLong, 7000},
		"too long": {reply(strings.Repeat("\x01", 6500)), leads.FaultTooLong, 0},
	} {
		_, err := h.bot.Send(t.Context(), c.reply)
		checkError(t, err, "never", c.code, words)
		if _, limit := leads.FaultOf(err); limit != c.limit {
			t.Errorf("%s: the limit is %d", words, limit)
		}
	}
	if len(h.viber.Sent()) != 0 {
		t.Error("something was sent")
	}
}

// What Viber answers decides between never, later and perhaps.
func TestSendErrors(t *testing.T) {
	for name, c := range map[string]struct {
		fault  vibertest.Fault
		class  string
		words  string
		wait   time.Duration
		health bool
		code   leads.ReplyFault
	}{
		"unsubscribed":  {vibertest.Fault{Status: 6}, "never", "unsubscribed", 0, false, leads.FaultBlocked},
		"not a user":    {vibertest.Fault{Status: 5}, "never", "not a user", 0, false, leads.FaultNoAddress},
		"bad data":      {vibertest.Fault{Status: 3}, "never", "invalid", 0, false, leads.FaultRefused},
		"token":         {vibertest.Fault{Status: 2}, "never", "auth_token", 0, true, leads.FaultSetup},
		"suspended":     {vibertest.Fault{Status: 9}, "never", "suspended", 0, true, leads.FaultSetup},
		"no balance":    {vibertest.Fault{Status: 24}, "never", "balance", 0, true, leads.FaultSetup},
		"too many":      {vibertest.Fault{Status: 12}, "later", "too many messages", 5 * time.Minute, false, leads.FaultBusy},
		"429":           {vibertest.Fault{HTTP: 429, Header: http.Header{"Retry-After": {"7"}}}, "later", "too many messages", 7 * time.Second, false, leads.FaultBusy},
		"general error": {vibertest.Fault{Status: 99}, "perhaps", "fault of Viber's own (99", 0, false, leads.FaultInterrupted},
		"gateway":       {vibertest.Fault{HTTP: 502}, "perhaps", "trouble of their own", 0, false, leads.FaultInterrupted},
		"not found":     {vibertest.Fault{HTTP: 404}, "never", "api_url", 0, false, leads.FaultSetup},
		"nonsense":      {vibertest.Fault{HTTP: 200}, "perhaps", "cannot be read", 0, false, leads.FaultInterrupted},
		"broken off":    {vibertest.Fault{After: true}, "perhaps", "broke before its answer", 0, false, leads.FaultInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t).ready()
			c.fault.Path = "send_message"
			h.viber.Fail(c.fault)
			got, err := h.bot.Send(t.Context(), reply("привет"))
			checkError(t, err, c.class, c.code, c.words)
			if got != "" || leads.WaitOf(err) != c.wait || (h.Health() != nil) != c.health {
				t.Errorf("id %q, wait %s, health %v", got, leads.WaitOf(err), h.Health())
			}
			if _, err := h.bot.Send(t.Context(), reply("привет")); err != nil || h.Health() != nil {
				t.Errorf("afterwards: %v, health %v", err, h.Health())
			}
		})
	}
}

func checkError(t *testing.T, err error, class string, code leads.ReplyFault, words string) {
	t.Helper()
	connectortest.SendError(t, err, class, code, words, vibertest.Token, user)
}

// As long as only the bot's name is asked for, nothing was sent.
func TestSendBeforeTheNameIsKnown(t *testing.T) {
	for code, f := range map[leads.ReplyFault]vibertest.Fault{leads.FaultUnreachable: {HTTP: 502}, leads.FaultBusy: {Status: 12}} {
		h := newHub(t).ready()
		h.viber.Fail(f)
		_, err := h.bot.Send(t.Context(), reply("x"))
		checkError(t, err, "later", code, "")
	}
}

func TestSendWithoutAConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + l.Addr().String()
	l.Close()
	for _, address := range []string{nobody, "http://nobody.invalid"} {
		c, err := Kind().In(connectortest.Env(t, "vb", "auth_token: a\nsender: Окна\napi_url: "+address))
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Send(t.Context(), reply("x"))
		checkError(t, err, "later", leads.FaultUnreachable, "cannot be reached")
	}
}

func TestSendThatIsNotAnswered(t *testing.T) {
	h := newHub(t).ready()
	if _, err := h.bot.sender(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.viber.Hang(true)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := h.bot.Send(ctx, reply("привет"))
		done <- err
	}()
	h.viber.Await(t.Context(), "send_message")
	cancel()
	checkError(t, <-done, "perhaps", leads.FaultInterrupted, "broke before its answer")
}
