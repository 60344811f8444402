package main

import (
	"cmp"
	"go/parser"
	"go/token"
	"io/fs"
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

// docs/architecture.md stays short enough to be read in one sitting; details
// belong into package comments.
func TestArchitectureIsShort(t *testing.T) {
	if n := strings.Count(page(t, "docs/architecture.md"), "\n"); n > 150 {
		t.Errorf("docs/architecture.md has %d lines, 150 are allowed: move details into package comments", n)
	}
}

// Files, packages and exported names that docs/architecture.md quotes exist.
func TestArchitectureNamesWhatExists(t *testing.T) {
	found := 0
	for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(page(t, "docs/architecture.md"), -1) {
		quoted := strings.TrimPrefix(m[1], "go doc ctihub/")
		name := regexp.MustCompile(`^(leads|router|storage|web|connectors|access|contacts|pipeline|replies|calls|tasks|people|intake)\.([A-Z]\w+)$`).FindStringSubmatch(quoted)
		switch {
		case name != nil:
			folder := name[1]
			if !exists("../../" + folder) {
				folder = "leads/" + folder
			}
			if found++; !mentioned(t, folder+"/*.go", `(?m)^(func (\(.*\) )?|type |var |const |\t)`+name[2]+`\b`) {
				t.Errorf("there is no %s", quoted)
			}
		case regexp.MustCompile(`^(leads|router|storage|web|connectors|cmd)(/[\w/.]+)?$`).MatchString(quoted):
			if found++; !exists(filepath.Join("../..", quoted)) {
				t.Errorf("there is no %s", quoted)
			}
		}
	}
	if found < 70 {
		t.Errorf("only %d names found: is the text still read?", found)
	}
}

// Tests and names in brackets that package comments mention exist.
func TestPackageCommentsNameWhatExists(t *testing.T) {
	found := 0
	for folder, text := range packageComments(t) {
		for _, m := range regexp.MustCompile(`\[([\w/]+\.)?(\w+)(\.\w+)?\]|\b((?:Test|Fuzz)[A-Z]\w+)`).FindAllStringSubmatch(text, -1) {
			in, name := folder, m[2]
			switch of := strings.TrimSuffix(m[1], "."); {
			case m[4] != "":
				name = m[4]
			case of != "" && exists("../../"+strings.TrimPrefix(of, "ctihub/")):
				in = strings.TrimPrefix(of, "ctihub/")
			case of != "": // a type and its method or field
				name, m[3] = of, "."+name
			case strings.ContainsAny(name, "0123456789"), exists("../../" + name):
				continue
			}
			if found++; !mentioned(t, in+"/*.go", `(?m)^(func (\(.*\) )?|type |var |const |\t)`+name+`\b`) {
				t.Errorf("the comment of package %s mentions %s, which is not there", folder, m[0])
			}
			if member := strings.TrimPrefix(m[3], "."); member != "" && !mentioned(t, in+"/*.go", `(?m)^(func \(.*\) |\t.*\b)`+member+`\b`) {
				t.Errorf("the comment of package %s mentions %s, which is not there", folder, m[0])
			}
		}
	}
	if found < 60 {
		t.Errorf("only %d names found: are the comments still read?", found)
	}
}

// Numbers in docs/architecture.md and in package comments are those of the code.
func TestDocsHaveTheNumbersOfTheCode(t *testing.T) {
	comments := packageComments(t)
	comments["docs/architecture.md"] = page(t, "docs/architecture.md")
	for _, fact := range []struct{ at, says, in, code string }{
		{"docs/architecture.md", "A sweep every 15 seconds, and at start", "router", "sweepEvery = 15 * time.Second"},
		{"docs/architecture.md", "up to 25 ms while another hub", "storage/dedupe", "inHand = 25 * time.Millisecond"},
		{"docs/architecture.md", "longer than 1 ms leaves", "storage", "PickLimit = time.Millisecond"},
		{"storage", "up to 64 touches or", "storage", "groupMost = 64"},
		{"storage", "at most 1000 waiting touches of calls", "storage", "queueMost = 1000"},
		{"storage", "one for calls and 1 for the rest", "storage", "pgLanes = 1"},
		{"storage", "A wave is up to 64 touches", "storage", "waveMost = 64"},
		{"storage", "may take 15 seconds with all its retries", "storage", "writeLimit = 15 * time.Second"},
		{"storage", "A form is refused after 4 seconds", "connectors/webform", "storeWithin = 4 * time.Second"},
		{"storage", "up to 15 times", "storage", "retryMost = 15"},
		{"storage", "frozen owner after 5 seconds", "storage", `"idle_in_transaction_session_timeout": "5000"`},
		{"router", "at the start and every 15 seconds", "router", "sweepEvery = 15 * time.Second"},
		{"router", "next sweep comes after 2 seconds", "router", "sweepAgain = 2 * time.Second"},
		{"router", "a lead waits 10 ms", "router", "gatherFor = 10 * time.Millisecond"},
		{"router", "up to 64 share a transaction", "router", "groupMost = 64"},
		{"router", "expires after 25 seconds", "router", "claimLease = 25 * time.Second"},
		{"router", "Each sink has 4 senders", "router", "sendAtOnce = 4"},
		{"router", "waits 10 seconds for a missing number", "router", "gapPatience = 10 * time.Second"},
		{"leads", "at most 256 bytes", "leads", "maxPhoneText = 256"},
		{"leads/tasks", "looks every 5 seconds for tasks", "router", "lateEvery = 5 * time.Second"},
		{"leads/replies", "given up after 72 hours", "leads/replies", "GivenUpAfter = 72 * time.Hour"},
		{"connectors/asterisk", "gives up after 40 ms", "connectors/asterisk", "routeWithin = 40 * time.Millisecond"},
		{"connectors/asterisk", "are read every 3 seconds", "connectors/asterisk", "devicePoll = 3 * time.Second"},
		{"connectors/asterisk", "on every connection and every 3 seconds", "connectors/asterisk", "pausePoll = 3 * time.Second"},
		{"connectors/email", "every four and a half minutes", "connectors/email", "idle: 4*time.Minute + 30*time.Second"},
		{"connectors/email", "no byte for a minute", "connectors/email", "patience: time.Minute"},
		{"connectors/email", "breaks 3 times in a row", "connectors/email", "stuckAfter = 3"},
		{"connectors/email", "first 64 kB", "connectors/email", "keyBody = 64 << 10"},
		{"connectors/engine", "a heartbeat every 2 seconds", "connectors/engine", "renewEvery = 2 * time.Second"},
		{"connectors/engine", "heartbeat for 2 minutes it stops", "connectors/engine", "ownerStops = 2 * time.Minute"},
		{"connectors/engine", "unchanged for 6 seconds", "connectors/engine", "leaseTime = 6 * time.Second"},
		{"connectors/engine", "Each source has 4 senders", "connectors/engine", "repliesAtOnce = 4"},
		{"connectors/engine", "confirms every 5 seconds", "connectors/engine", "replyHold = 5 * time.Second"},
		{"connectors/engine", "after 20 seconds without a confirmation", "connectors/engine", "replyLease = 20 * time.Second"},
		{"web", "in any case after 5 minutes", "web", "linkLives = 5 * time.Minute"},
	} {
		if !mentioned(t, fact.in+"/*.go", strings.ReplaceAll(regexp.QuoteMeta(fact.code), " ", `\s+`)) {
			t.Errorf("%s has no %q any more: correct %q in the words of %s and here", fact.in, fact.code, fact.says, fact.at)
		}
		if !strings.Contains(strings.Join(strings.Fields(comments[fact.at]), " "), fact.says) {
			t.Errorf("%s does not say %q", fact.at, fact.says)
		}
	}
}

// Every file and folder of the hub that CONTRIBUTING.md names exists, and every
// test.
func TestContributingNamesWhatExists(t *testing.T) {
	found := 0
	for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(page(t, "CONTRIBUTING.md"), -1) {
		switch {
		case regexp.MustCompile(`^(Test|test)[A-Z]\w+$`).MatchString(m[1]):
			if found++; !mentioned(t, "*/*_test.go", "func "+m[1]+`\(`) && !mentioned(t, "*/*/*_test.go", "func "+m[1]+`\(`) &&
				!mentioned(t, "*/*/*/*_test.go", "func "+m[1]+`\(`) {
				t.Errorf("there is no test %s", m[1])
			}
		case regexp.MustCompile(`^(leads|router|storage|web|connectors|cmd|config|docs|deploy)/[\w./-]+$`).MatchString(m[1]):
			if found++; !exists(filepath.Join("../..", m[1])) {
				t.Errorf("there is no %s", m[1])
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d names found: is the map still read?", found)
	}
}

// packageComments returns the comment of each package, by its folder.
func packageComments(t *testing.T) map[string]string {
	t.Helper()
	comments := map[string]string{}
	for _, top := range []string{"leads", "router", "storage", "connectors", "web", "cmd", "config"} {
		err := filepath.WalkDir("../../"+top, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() && d.Name() == "ui" {
				return cmp.Or(err, fs.SkipDir)
			}
			if filepath.Ext(path) != ".go" {
				return nil
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
			if err == nil && f.Doc != nil {
				folder, _ := filepath.Rel("../..", filepath.Dir(path))
				comments[folder] += f.Doc.Text()
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return comments
}

func page(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", path))
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
