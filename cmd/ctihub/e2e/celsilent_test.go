package e2e

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// freePBXCEL is FreePBX's cel.conf: its generated settings, and two included files
// for the administrator's lines. FreePBX does not write cel_custom.conf.
var freePBXCEL = map[string]string{
	"cel.conf": `[general]
#include cel_general_additional.conf
#include cel_general_custom.conf
#include cel_custom_post.conf
`,
	"cel_general_additional.conf": `enable=yes
apps=confbridge,meetme,mixmonitor,queue,stopmixmonitor,voicemail,voicemailmain
events=all
dateformat=%F %T
`,
}

// An administrator of FreePBX puts the mapping into a file of cel.conf: Asterisk
// writes no row. The page Sources warns after some calls, not before; with the mapping
// in cel_custom.conf, as deploy/asterisk/README.md says, rows of 13 fields come and
// the warning goes.
func TestRealJournalStandsStill(t *testing.T) {
	t.Parallel()
	pbx := asterisktest.Start(t)
	etc := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(pbx.Dir(), "etc", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sample := func(name string) string {
		t.Helper()
		b, err := os.ReadFile(filepath.Join("..", "..", "..", "deploy", "asterisk", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	mapping := sample("cel_custom.conf")
	_, lines, _ := strings.Cut(sample("cel.conf"), "[general]\n")
	for name, text := range freePBXCEL {
		etc(name, text)
	}
	etc("cel_general_custom.conf", lines)
	etc("cel_custom_post.conf", mapping) // the wrong place
	if err := os.Remove(filepath.Join(pbx.Dir(), "etc", "cel_custom.conf")); err != nil {
		t.Fatal(err)
	}
	pbx.CLI("module unload cel_custom.so")
	pbx.CLI("core reload")
	pbx.CLI("module load cel_custom.so")

	address, user, secret := pbx.ARI()
	h := hubtest.Start(t, hubtest.Source(t, "pbx", "asterisk", "", map[string]any{
		"url": address, "username": user, "password": secret, "trunks": []string{"trunk"}, "cel": pbx.Journal(),
	}))
	_, sue := h.Person("sue", "Sue", leads.RoleSupervisor)
	h.Connected("pbx")
	ended := h.Events(sue, leads.EventCallEnded)
	pbx.RejectingPhone("100", 0, 486)
	call := func(from string) {
		t.Helper()
		pbx.Call(from, "7001")
		hubtest.Await(t, ended, "the end of a call", func(e hubtest.Received) bool { return e.Call.From == "+"+from })
	}
	state := func() leads.SourceState {
		t.Helper()
		var p struct{ Items []leads.SourceState }
		h.Get(sue, "/api/v1/sources", &p)
		return p.Items[slices.IndexFunc(p.Items, func(s leads.SourceState) bool { return s.Name == "pbx" })]
	}
	call("79161234501")
	call("79161234502")
	if got := state(); got.Warning != "" {
		t.Errorf("after two calls the source says %q", got.Warning)
	}
	call("79161234503")
	waitFor(t, "the source warns that the journal stands still", func() bool { return state().Warning == leads.WarnJournalSilent })
	if _, err := os.Stat(pbx.Journal()); err == nil {
		t.Error("the mapping works in cel_custom_post.conf too")
	}

	etc("cel_custom_post.conf", "")
	etc("cel_custom.conf", mapping)
	pbx.CLI("core reload")
	pbx.CLI("module load cel_custom.so")
	call("79161234504")
	waitFor(t, "the journal is followed and the warning is gone", func() bool {
		s := state()
		return s.Warning == "" && s.Journal != nil && s.Journal.State == leads.JournalFollowed && s.Journal.Fault == ""
	})
	rows, err := os.ReadFile(pbx.Journal())
	if err != nil {
		t.Fatal(err)
	}
	first, err := csv.NewReader(bytes.NewReader(rows)).Read()
	if err != nil || len(first) != 13 || !regexp.MustCompile(`^[0-9]{10}\.[0-9]{6}$`).MatchString(first[1]) {
		t.Errorf("the first row is %q: %v", first, err)
	}
}
