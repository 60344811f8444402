package connectors

import (
	"fmt"
	"strings"
)

// sampleWidth is where comments of samples break, in characters.
const sampleWidth = 78

// Sample returns commented YAML of one source or sink of the kind, with every setting.
func (s Schema) Sample(kind string) string {
	body := "name: " + s.Example + "\nkind: " + kind + "\n"
	if s.Events != "" {
		body += "\n" + comment(`Which events; "lead.*" stands for a group. Left out: every event.`, 2) + "events: " + s.Events + "\n"
	}
	for _, f := range s.Fields {
		body += "\n" + f.sample(2)
	}
	return comment(s.About, 0) + item(body)
}

// sample is the field's part of a sample, to be indented by so many blanks.
func (f Field) sample(indent int) string {
	value := f.Example
	if value == "" {
		value = f.Default
	}
	text := strings.TrimRight(f.key()+": "+value, " ") + "\n"
	if f.Type == Group || f.Type == Groups {
		inner := ""
		for _, below := range f.Fields {
			inner += below.sample(indent + 2)
		}
		if f.Type == Groups {
			inner = item(inner)
		}
		text = f.key() + ":\n" + prefix(inner, "  ")
	}
	if f.Off {
		text = prefix(text, "# ")
	}
	return comment(f.Help, indent) + text
}

// key is the field's key in the sample: a secret is given by the name of its file.
func (f Field) key() string {
	if f.Type == Secret || f.Type == File {
		return f.Name + "_file"
	}
	return f.Name
}

// comment writes a text as a comment that fits sampleWidth behind an indent. Its
// own line breaks stay.
func comment(text string, indent int) string {
	var b strings.Builder
	for paragraph := range strings.Lines(text) {
		line := "#"
		for _, word := range strings.Fields(paragraph) {
			if indent+len([]rune(line+" "+word)) > sampleWidth && line != "#" {
				b.WriteString(line + "\n")
				line = "#"
			}
			line += " " + word
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// item makes an item of a YAML list out of a mapping. Comments before its first
// key stay before the dash.
func item(mapping string) string {
	var b strings.Builder
	lead := "- "
	for line := range strings.Lines(mapping) {
		if lead == "- " && !strings.HasPrefix(line, "#") {
			b.WriteString(lead + line)
			lead = "  "
			continue
		}
		b.WriteString(prefix(line, "  "))
	}
	return b.String()
}

// prefix puts a text before every line that is not empty.
func prefix(text, before string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			line = before + line
		}
		b.WriteString(line)
	}
	return b.String()
}

// Table is a table of the settings in Markdown.
func (s Schema) Table() string {
	return "| setting | value | default |\n|---|---|---|\n" + rows("", s.Fields)
}

func rows(path string, fields []Field) string {
	var b strings.Builder
	for _, f := range fields {
		value := string(f.Type)
		switch {
		case f.Type == Choice:
			value = "`" + strings.Join(f.Choices, "`, `") + "`"
		case f.bounds() != "":
			value += " " + f.bounds()
		}
		if f.Required {
			value += ", required"
		}
		preset := ""
		if f.Default != "" {
			preset = "`" + f.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s%s` | %s | %s |\n", path, f.key(), value, strings.ReplaceAll(preset, "|", `\|`))
		below := path + f.Name + "."
		if f.Type == Groups {
			below = path + f.Name + "[]."
		}
		b.WriteString(rows(below, f.Fields))
	}
	return b.String()
}
