package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// documents are the files from which people copy commands.
var documents = []string{"README.md", "docs/*.md", "docs/*/*.md", "deploy/*", "deploy/asterisk/*.md", "docker-compose.yml"}

// documented returns the text of each document by its path.
func documented(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range documents {
		found, err := filepath.Glob(filepath.Join("../..", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if st, err := os.Stat(f); err != nil || st.IsDir() {
				continue
			}
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			texts[strings.TrimPrefix(f, "../../")] = string(text)
		}
	}
	return texts
}

// commandLine finds ctihub at the beginning of a line, after a command that runs
// it as another user or in a container, and between backquotes.
var commandLine = regexp.MustCompile("(?m)(?:^(?:#|Exec\\w+=)? *(?:[^`\n]* )?|[`&(] ?)(?:/usr/local/bin/|bin/|/)?ctihub ((?:serve|config|user|token|cel|migrate|backup|restore|health|version)\\b[^`\n]*)")

// The program understands every ctihub command line in the documentation.
func TestDocumentedCommandLines(t *testing.T) {
	t.Parallel()
	found := 0
	for file, text := range documented(t) {
		if file == "docs/configuration.md" {
			continue
		}
		for _, m := range commandLine.FindAllStringSubmatch(text, -1) {
			line := strings.ReplaceAll(m[1], `"…"`, "somebody")
			line = regexp.MustCompile(`\$\([^)]*\)`).ReplaceAllString(line, "today")
			line = regexp.MustCompile(`\s+(#|&&|\||>|<|\().*$|"? sends .*$`).ReplaceAllString(line, "") // what the shell does with it, or the sentence goes on
			line, _, _ = strings.Cut(line, "…")
			args := words(line)
			var cli commands
			parser, err := kong.New(&cli, kong.Name("ctihub"), kong.Exit(func(int) {}), kong.Writers(io.Discard, io.Discard))
			if err != nil {
				t.Fatal(err)
			}
			found++
			if _, err := parser.Parse(args); err != nil && !strings.Contains(m[0], "`") {
				t.Errorf("%s: ctihub %s: %v", file, line, err)
			} else if err != nil && (strings.Contains(err.Error(), "unknown flag") || strings.Contains(err.Error(), "unexpected argument")) {
				t.Errorf("%s: `ctihub %s`: %v", file, line, err)
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d command lines found: are they still read?", found)
	}
}

// words takes a line apart as a shell does, as far as the documentation needs it.
func words(line string) (args []string) {
	for _, m := range regexp.MustCompile(`"([^"]*)"|'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1) {
		args = append(args, m[1]+m[2]+m[3])
	}
	return args
}
