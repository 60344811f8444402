package config

import (
	_ "embed"
	"strings"
)

//go:embed sample.yaml
var base string

// Sample returns a commented configuration that is complete and checks clean.
// Each argument is the YAML of one source, as its kind documents it: a mapping,
// or a list of one. A source that needs a secret first is commented out.
func Sample(sources ...string) string {
	var live, off strings.Builder
	for _, text := range sources {
		item := asItem(text)
		if needsSecret(item) {
			off.WriteString("\n" + indent(item, "  # "))
			continue
		}
		live.WriteString("\n" + indent(item, "  "))
	}
	list := "sources:\n" + live.String()
	if live.Len() == 0 {
		list = "sources: []\n"
	}
	if off.Len() > 0 {
		list += "\n  # Remove the leading \"# \" once the secret exists.\n" + off.String()
	}
	return base + list
}

// needsSecret reports whether the text refers to a file or a variable that a
// new installation does not have yet.
func needsSecret(text string) bool {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if strings.Contains(line, "_file:") || strings.Contains(line, "${") {
			return true
		}
	}
	return false
}

// asItem turns a mapping into an item of a list.
func asItem(text string) string {
	text = strings.Trim(text, "\n") + "\n"
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "- ") {
			return text
		}
	}
	var b strings.Builder
	lead := "- "
	for line := range strings.Lines(text) {
		if lead == "- " && (strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "") {
			b.WriteString(line) // comments before the first key stay before the dash
			continue
		}
		b.WriteString(lead + line)
		lead = "  "
	}
	return b.String()
}

func indent(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			line, by := "\n", strings.TrimRight(by, " ")
			if strings.HasSuffix(by, "#") {
				b.WriteString(by)
			}
			b.WriteString(line)
			continue
		}
		b.WriteString(by + line)
	}
	return b.String()
}
