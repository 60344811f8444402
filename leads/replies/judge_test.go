package replies

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

func TestJudge(t *testing.T) {
	odd := errors.New("the line broke")
	unsent := fmt.Errorf("out of reach: %w", leads.ErrNotSent)
	for _, c := range []struct {
		what     string
		attempt  int
		repeated bool
		err      error
		want     leads.ReplyState
		wait     time.Duration
		fault    leads.ReplyFault
		limit    int64
	}{
		{"taken", 1, false, nil, leads.ReplySent, 0, "", 0},
		{"refused for good", 1, true, leads.Permanent(odd), leads.ReplyFailed, 0, leads.FaultOther, 0},
		{"refused for good before it was sent", 1, false, leads.Permanent(unsent), leads.ReplyFailed, 0, leads.FaultOther, 0},
		{"refused for a reason", 1, false, fmt.Errorf("so: %w", leads.Refuse(leads.FaultBlocked, "no")), leads.ReplyFailed, 0, leads.FaultBlocked, 0},
		{"beyond a limit", 1, false, leads.Permanent(leads.Beyond(leads.FaultTooLong, 4096, odd)), leads.ReplyFailed, 0, leads.FaultTooLong, 4096},
		{"the outermost reason", 1, false, leads.Because(leads.FaultPartly, leads.Beyond(leads.FaultTooLong, 4096, odd)), leads.ReplyPerhaps, 0, leads.FaultPartly, 0},
		{"busy", 1, false, leads.NotBefore(leads.Because(leads.FaultBusy, unsent), time.Hour), leads.ReplyWaiting, time.Hour, leads.FaultBusy, 0},
		{"certainly not taken", 1, false, unsent, leads.ReplyWaiting, 5 * time.Second, leads.FaultUnreachable, 0},
		{"the third time", 3, false, unsent, leads.ReplyWaiting, 20 * time.Second, leads.FaultUnreachable, 0},
		{"the hundredth time", 100, false, unsent, leads.ReplyWaiting, 10 * time.Minute, leads.FaultUnreachable, 0},
		{"the channel wants to be left alone", 1, false, leads.NotBefore(unsent, time.Hour), leads.ReplyWaiting, time.Hour, leads.FaultUnreachable, 0},
		{"nobody knows", 1, false, odd, leads.ReplyPerhaps, 0, leads.FaultInterrupted, 0},
		{"nobody knows, and asks for a wait", 1, false, leads.NotBefore(odd, time.Hour), leads.ReplyPerhaps, 0, leads.FaultInterrupted, 0},
		{"the channel recognises it", 1, true, odd, leads.ReplyWaiting, 5 * time.Second, leads.FaultUnreachable, 0},
	} {
		v := Judge(c.attempt, c.repeated, "u", c.err)
		if v.State != c.want || v.Wait != c.wait || v.Fault != c.fault || v.FaultLimit != c.limit || (v.Error == "") != (c.err == nil) || (v.UpstreamID != "") != (c.want == leads.ReplySent) {
			t.Errorf("%s: %+v", c.what, v)
		}
	}
	if v := Judge(1, false, "", leads.Permanent(errors.New(strings.Repeat("я", 1000)))); len(v.Error) > errorMost+5 {
		t.Errorf("%d bytes of an error", len(v.Error))
	}
}

func TestReceiptMoves(t *testing.T) {
	for from, to := range map[leads.ReplyState][]leads.ReplyState{
		leads.ReplyWaiting: nil, leads.ReplySending: nil,
		leads.ReplySent:      {leads.ReplyDelivered, leads.ReplyRead, leads.ReplyFailed},
		leads.ReplyDelivered: {leads.ReplyRead, leads.ReplyFailed},
		leads.ReplyRead:      nil,
		leads.ReplyFailed:    {leads.ReplyDelivered, leads.ReplyRead},
		leads.ReplyPerhaps:   {leads.ReplyDelivered, leads.ReplyRead},
	} {
		for _, s := range []leads.ReplyState{leads.ReplyWaiting, leads.ReplySending, leads.ReplySent, leads.ReplyDelivered, leads.ReplyRead, leads.ReplyFailed, leads.ReplyPerhaps} {
			want := strings.Contains(fmt.Sprint(to), string(s))
			if got := ReceiptMoves(from, s); got != want {
				t.Errorf("%s to %s: %t", from, s, got)
			}
		}
	}
}

func TestFillTemplate(t *testing.T) {
	values := map[string]string{"name": "Иван {{manager}}", "manager": "Анна"}
	for text, want := range map[string]string{
		"":                       "",
		"plain":                  "plain",
		"{{name}}, {{manager}}":  "Иван {{manager}}, Анна", // a value is no template
		"{{ name | клиент }}":    "Иван {{manager}}",
		"{{company|ваша фирма}}": "ваша фирма",
		"{{company}}!":           "!",
		"{ name } | x":           "{ name } | x",
	} {
		if got, err := Fill("text", text, values); err != nil || got != want {
			t.Errorf("%q becomes %q, %v", text, got, err)
		}
	}
	for text, named := range map[string]string{
		"{{nickname}}": "{{nickname}}", "{{Name}}": "{{Name}}", "{{}}": "{{}}", "{{name": "not closed", "name}}": "not closed", "{{a {{name}} b}}": "not closed",
		"{{name|a|b}} {{x}}": "{{x}}",
	} {
		if got, err := Fill("text", text, values); err == nil || !strings.Contains(err.Error(), named) {
			t.Errorf("%q becomes %q, %v", text, got, err)
		}
	}
}

func FuzzFillTemplate(f *testing.F) {
	f.Add("{{name|x}}")
	f.Fuzz(func(t *testing.T, text string) {
		_, unchecked := Fill("text", text, nil)
		if _, err := Fill("text", text, map[string]string{"name": "x"}); (err == nil) != (unchecked == nil) {
			t.Errorf("%q is checked otherwise than it is filled", text)
		}
	})
}
