package leads

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestJudgeReply(t *testing.T) {
	odd := errors.New("the line broke")
	unsent := fmt.Errorf("out of reach: %w", ErrNotSent)
	for _, c := range []struct {
		what     string
		attempt  int
		repeated bool
		err      error
		want     ReplyState
		wait     time.Duration
		fault    ReplyFault
		limit    int64
	}{
		{"taken", 1, false, nil, ReplySent, 0, "", 0},
		{"refused for good", 1, true, Permanent(odd), ReplyFailed, 0, FaultOther, 0},
		{"refused for good before it was sent", 1, false, Permanent(unsent), ReplyFailed, 0, FaultOther, 0},
		{"refused for a reason", 1, false, fmt.Errorf("so: %w", Refuse(FaultBlocked, "no")), ReplyFailed, 0, FaultBlocked, 0},
		{"beyond a limit", 1, false, Permanent(Beyond(FaultTooLong, 4096, odd)), ReplyFailed, 0, FaultTooLong, 4096},
		{"the outermost reason", 1, false, Because(FaultPartly, Beyond(FaultTooLong, 4096, odd)), ReplyPerhaps, 0, FaultPartly, 0},
		{"busy", 1, false, NotBefore(Because(FaultBusy, unsent), time.Hour), ReplyWaiting, time.Hour, FaultBusy, 0},
		{"certainly not taken", 1, false, unsent, ReplyWaiting, 5 * time.Second, FaultUnreachable, 0},
		{"the third time", 3, false, unsent, ReplyWaiting, 20 * time.Second, FaultUnreachable, 0},
		{"the hundredth time", 100, false, unsent, ReplyWaiting, 10 * time.Minute, FaultUnreachable, 0},
		{"the channel wants to be left alone", 1, false, NotBefore(unsent, time.Hour), ReplyWaiting, time.Hour, FaultUnreachable, 0},
		{"nobody knows", 1, false, odd, ReplyPerhaps, 0, FaultInterrupted, 0},
		{"nobody knows, and asks for a wait", 1, false, NotBefore(odd, time.Hour), ReplyPerhaps, 0, FaultInterrupted, 0},
		{"the channel recognises it", 1, true, odd, ReplyWaiting, 5 * time.Second, FaultUnreachable, 0},
	} {
		v := JudgeReply(c.attempt, c.repeated, "u", c.err)
		if v.State != c.want || v.Wait != c.wait || v.Fault != c.fault || v.FaultLimit != c.limit || (v.Error == "") != (c.err == nil) || (v.UpstreamID != "") != (c.want == ReplySent) {
			t.Errorf("%s: %+v", c.what, v)
		}
	}
	if v := JudgeReply(1, false, "", Permanent(errors.New(strings.Repeat("я", 1000)))); len(v.Error) > replyErrorMost+5 {
		t.Errorf("%d bytes of an error", len(v.Error))
	}
}

// A code that is missing in the list would be missing in the API and the
// workplace too.
func TestReplyFaultsAreAllOfThem(t *testing.T) {
	source, err := os.ReadFile("fault.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^\tFault\w+ +ReplyFault = "(\w+)"`).FindAllSubmatch(source, -1)
	for _, d := range declared {
		if !slices.Contains(ReplyFaults, ReplyFault(d[1])) {
			t.Errorf("%s is not in the list", d[1])
		}
	}
	if len(declared) != len(ReplyFaults) || len(declared) == 0 {
		t.Errorf("%d codes, %d in the list", len(declared), len(ReplyFaults))
	}
}

func TestReceiptMoves(t *testing.T) {
	for from, to := range map[ReplyState][]ReplyState{
		ReplyWaiting: nil, ReplySending: nil,
		ReplySent:      {ReplyDelivered, ReplyRead, ReplyFailed},
		ReplyDelivered: {ReplyRead, ReplyFailed},
		ReplyRead:      nil,
		ReplyFailed:    {ReplyDelivered, ReplyRead},
		ReplyPerhaps:   {ReplyDelivered, ReplyRead},
	} {
		for _, s := range []ReplyState{ReplyWaiting, ReplySending, ReplySent, ReplyDelivered, ReplyRead, ReplyFailed, ReplyPerhaps} {
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
		if got, err := FillTemplate(text, values); err != nil || got != want {
			t.Errorf("%q becomes %q, %v", text, got, err)
		}
	}
	for text, named := range map[string]string{
		"{{nickname}}": "{{nickname}}", "{{Name}}": "{{Name}}", "{{}}": "{{}}", "{{name": "not closed", "name}}": "not closed", "{{a {{name}} b}}": "not closed",
		"{{name|a|b}} {{x}}": "{{x}}",
	} {
		if got, err := FillTemplate(text, values); err == nil || !strings.Contains(err.Error(), named) {
			t.Errorf("%q becomes %q, %v", text, got, err)
		}
	}
}

func FuzzFillTemplate(f *testing.F) {
	f.Add("{{name|x}}")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := FillTemplate(text, map[string]string{"name": "x"}); (err == nil) != (CheckTemplate(text) == nil) {
			t.Errorf("%q is checked otherwise than it is filled", text)
		}
	})
}
