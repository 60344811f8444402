package asterisk

import (
	"bufio"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"ctihub/leads"
)

// TestReplay feeds the recorded events to the tracker: the same truth, fast.
func TestReplay(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			final, path := replay(t, readEvents(t, file(s.name)))
			got := make([]string, 0, len(final))
			for _, c := range final {
				got = append(got, line(c))
			}
			slices.Sort(got)
			if !slices.Equal(got, s.want) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(s.want, "\n"))
			}
			if s.path != nil && !slices.Equal(path, s.path) {
				t.Errorf("on the way:\n%s\nwant:\n%s", strings.Join(path, "\n"), strings.Join(s.path, "\n"))
			}
		})
	}
}

func testPlan(t testing.TB) *plan {
	t.Helper()
	p, err := newPlan(settings{Trunks: []string{"trunk"}}, "RU")
	if err != nil {
		t.Fatal(err)
	}
	return &p
}

func readEvents(t testing.TB, name string) (events []event) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		e, err := decode(lines.Bytes())
		if errors.Is(err, errUnwanted) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	if len(events) == 0 {
		t.Fatalf("%s is empty", name)
	}
	return events
}

// replay returns the last state of each call, and the states of the first one.
func replay(t testing.TB, events []event) (final map[string]leads.Call, path []string) {
	tr := newTracker(testPlan(t))
	final = map[string]leads.Call{}
	firstID := ""
	for _, e := range events {
		for _, s := range tr.handle(e) {
			if old, ok := final[s.Linkedid]; ok && !leads.Advances(old, s.Call) {
				t.Errorf("%s follows %s", line(s.Call), line(old))
			}
			final[s.Linkedid] = s.Call
			if firstID == "" {
				firstID = s.Linkedid
			}
			if l := line(s.Call); s.Linkedid == firstID && (len(path) == 0 || path[len(path)-1] != l) {
				path = append(path, l)
			}
		}
	}
	if tr.needsResync {
		t.Error("the recording demands a resync")
	}
	if len(tr.calls)+len(tr.chans) > 0 {
		t.Errorf("%d calls and %d channels are left", len(tr.calls), len(tr.chans))
	}
	return final, path
}
