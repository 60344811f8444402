package asterisk

import (
	"strings"
	"testing"
)

func TestQueueSettings(t *testing.T) {
	for what, c := range map[string]struct {
		s      queueSettings
		device string
		want   string // the member 100, or a part of the error
	}{
		"as the dialplan rings":    {queueSettings{Names: []string{"sales"}}, "SIP/{extension}", "SIP/100"},
		"nothing said":             {queueSettings{Names: []string{"sales", "600"}}, "", "PJSIP/100"},
		"FreePBX":                  {queueSettings{Names: []string{"600"}, Member: "Local/{extension}@from-queue/n"}, "", "Local/100@from-queue/n"},
		"no queue":                 {queueSettings{}, "", "names are needed"},
		"twice":                    {queueSettings{Names: []string{"a", "a"}}, "", "given twice"},
		"a queue with a function":  {queueSettings{Names: []string{"a,paused,${SHELL(id)}"}}, "", "not a name"},
		"every queue":              {queueSettings{Names: []string{""}}, "", "not a name"},
		"a member without a place": {queueSettings{Names: []string{"a"}, Member: "PJSIP/100"}, "", "write it like"},
		"a member with a function": {queueSettings{Names: []string{"a"}, Member: "PJSIP/{extension})=${SHELL(id)}"}, "", "write it like"},
	} {
		q, err := newQueues(c.s, c.device)
		if err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", what, err)
			}
			continue
		}
		if s, safe := q.memberOf("sales", "100"); !safe || s.Member != c.want {
			t.Errorf("%s: %v, want %s", what, s, c.want)
		}
		for _, odd := range []string{"", "1,0", "1)", "${X}", "1 2"} {
			if s, safe := q.memberOf("sales", odd); safe {
				t.Errorf("%s: %v is told to the exchange", what, s)
			}
		}
	}
}
