package config

import (
	_ "embed"
	"strings"
)

//go:embed sample.yaml
var base string

// Sample returns a commented configuration that is complete and checks clean.
// Each text is the YAML of one source or sink, as its kind documents it: a
// mapping, or a list of one. What needs a secret first is commented out.
func Sample(sources, sinks []string) string {
	return base + sampleList("sources", sources) + sinksComment + sampleList("sinks", sinks)
}

// sinksComment stands before the sinks of the sample.
const sinksComment = `
# Where events go: other programs that are told of leads, calls and contacts.
# Every sink has
#   name     unique; lowercase letters, digits and dashes; keep it, because
#            deliveries that wait are stored under it
#   kind     what it is
#   events   which events: types, or groups such as lead.*; left out: all
# and the keys of its kind. A new sink is told of what happens from then on.
`

func sampleList(key string, texts []string) string {
	var live, off strings.Builder
	for _, text := range texts {
		item := asItem(text)
		if needsSecret(item) {
			off.WriteString("\n" + indent(item, "  # "))
			continue
		}
		live.WriteString("\n" + indent(item, "  "))
	}
	list := key + ":\n" + live.String()
	if len(texts) == 0 {
		list = key + ": []\n"
	}
	if off.Len() > 0 {
		list += "\n  # Remove the leading \"# \" once the secret exists.\n" + off.String()
	}
	return list
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
