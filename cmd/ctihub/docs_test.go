package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every test that docs/promises.md names exists in the package it names.
func TestPromisesNameTestsThatExist(t *testing.T) {
	text, err := os.ReadFile("../../docs/promises.md")
	if err != nil {
		t.Fatal(err)
	}
	pkg, found := "", 0
	for _, m := range regexp.MustCompile("`([a-z0-9/]+)`|((?:Test|Fuzz|test)[A-Z]\\w+)").FindAllStringSubmatch(string(text), -1) {
		if m[1] != "" {
			pkg = m[1]
			continue
		}
		found++
		if !mentioned(t, pkg+"/*_test.go", "func "+m[2]+`\(`) {
			t.Errorf("there is no %s in %s", m[2], pkg)
		}
	}
	if found < 40 {
		t.Errorf("only %d tests found: is the table still read?", found)
	}
}

// Files, exported names and tests that docs/architecture.md quotes exist.
func TestArchitectureNamesWhatExists(t *testing.T) {
	found := 0
	for _, m := range regexp.MustCompile("`([^`\n]+)`|(Test[A-Z]\\w+)").FindAllStringSubmatch(architecture(t), -1) {
		quoted := m[1]
		if m[2] != "" {
			if found++; !mentioned(t, "connectors/*/*.go", `func `+m[2]+`\(`) {
				t.Errorf("there is no test %s", m[2])
			}
			continue
		}
		name := regexp.MustCompile(`^(leads|router|storage|web|connectors)\.([A-Z]\w+)$`).FindStringSubmatch(quoted)
		switch {
		case name != nil:
			if found++; !mentioned(t, name[1]+"/*.go", `(?m)^(func (\(.*\) )?|type |var |const |\t)`+name[2]+`\b`) {
				t.Errorf("there is no %s", quoted)
			}
		case regexp.MustCompile(`^(leads|router|storage|web|connectors)/[\w/.]+$`).MatchString(quoted):
			if found++; !exists(filepath.Join("../..", quoted)) {
				t.Errorf("there is no file %s", quoted)
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d names found: is the text still read?", found)
	}
}

// Numbers in docs/architecture.md are those of the code.
func TestArchitectureHasTheNumbersOfTheCode(t *testing.T) {
	text := strings.Join(strings.Fields(architecture(t)), " ")
	for _, fact := range []struct{ says, file, code string }{
		{"up to 32 touches", "storage/group.go", "groupMost = 32"},
		{"at most 1000 touches of calls wait", "storage/group.go", "queueMost = 1000"},
		{"one for calls and two for the rest", "storage/group.go", "pgLanes = 2"},
		{"up to 16 in a wave", "storage/batch/generate.go", "RowsMost = 16"},
		{"the transaction may take 15", "storage/retry.go", "writeLimit = 15 * time.Second"},
		{"decided anew up to 15 times", "storage/retry.go", "retryMost = 15"},
		{"waits for 4 seconds and is refused", "connectors/webform/serve.go", "storeWithin = 4 * time.Second"},
		{"up to 200 ms while a touch", "storage/dedupe/dedupe.go", "claimPatience = 200 * time.Millisecond"},
		{"every 15 seconds, and at start", "router/router.go", "sweepEvery = 15 * time.Second"},
		{"comes after two seconds", "router/router.go", "sweepAgain = 2 * time.Second"},
		{"A lead waits 10 ms", "router/router.go", "gather = 10 * time.Millisecond"},
		{"up to 64 are assigned", "router/router.go", "together = 64"},
		{"looks every five seconds for tasks", "router/escalation.go", "lateEvery = 5 * time.Second"},
		{"runs out after 25 seconds", "router/dispatcher.go", "claimLease = 25 * time.Second"},
		{"Each sink has four senders", "router/dispatcher.go", "sendAtOnce = 4"},
		{"waits ten seconds for a missing number", "router/feed.go", "gapPatience = 10 * time.Second"},
		{"gives up after 40 ms", "connectors/asterisk/route.go", "routeWithin = 40 * time.Millisecond"},
		{"given up after 72 hours", "leads/replies/judge.go", "GivenUpAfter = 72 * time.Hour"},
		{"a sign of life every 2 seconds", "connectors/engine/owner.go", "renewEvery = 2 * time.Second"},
		{"unchanged for 6 seconds", "connectors/engine/owner.go", "leaseTime = 6 * time.Second"},
		{"sign of life for 2 minutes", "connectors/engine/owner.go", "ownerStops = 2 * time.Minute"},
	} {
		code, err := os.ReadFile(filepath.Join("../..", fact.file))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(strings.Fields(string(code)), " "), fact.code) {
			t.Errorf("%s has no %q any more: correct %q in docs/architecture.md and here", fact.file, fact.code, fact.says)
		}
		if !strings.Contains(text, fact.says) {
			t.Errorf("docs/architecture.md does not say %q", fact.says)
		}
	}
}

func architecture(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// mentioned reports whether one of the files has the pattern.
func mentioned(t *testing.T, glob, pattern string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../..", glob))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if regexp.MustCompile(pattern).Match(text) {
			return true
		}
	}
	return false
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
