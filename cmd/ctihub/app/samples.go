package app

import (
	"fmt"
	"strings"

	"ctihub/config"
	"ctihub/connectors"
	"ctihub/connectors/all"
)

// Sample is a valid, commented configuration with every kind of source and sink.
func Sample() string {
	var sources, sinks []string
	for _, k := range all.Kinds() {
		if k.In != nil {
			sources = append(sources, k.Source.Sample(k.Name))
		}
		if k.Out != nil {
			sinks = append(sinks, k.Sink.Sample(k.Name))
		}
	}
	return config.Sample(sources, sinks)
}

// Reference is docs/configuration.md: the sample, and each kind of source.
func Reference() string {
	var b strings.Builder
	b.WriteString(`# Configuration

<!-- Made by "make generate" from config/sample.yaml and the schemas in connectors/. Change those. -->

One YAML file, by default ` + "`ctihub.yaml`" + ` of the current folder; ` + "`--config FILE`" + ` or the variable
` + "`CTIHUB_CONFIG`" + ` names another one.

    ctihub config sample > ctihub.yaml    # everything below, ready to be edited
    ctihub config check                   # every mistake with line and remedy; exit code 2 if there is one

The file is read strictly: an unknown key is an error that names the nearest known one. A running hub
reads it at its start only. YAML anchors and aliases are not supported.

**Secrets** stay out of the file. For every key that holds a text there is the same key with ` + "`_file`" + `
appended, which names a file whose content is the value (a line end at its end is dropped; files that
everybody can read draw a warning). And in every value ` + "`${NAME}`" + ` stands for an environment variable,
` + "`${NAME:-default}`" + ` for one that may be unset or empty, ` + "`$${`" + ` for a literal ` + "`${`" + `.
No error message or log line repeats a value that could be a secret.

**Paths** in ` + "`data`" + ` and in ` + "`…_file`" + ` start from the file's folder.

## The hub

`)
	fence(&b, config.Sample(nil, nil))
	b.WriteString("\n## Sources\n")
	for _, k := range all.Kinds() {
		if k.In != nil {
			fmt.Fprintf(&b, "\n### kind: %s\n\n", k.Name)
			describe(&b, k.Source, k.Name)
		}
	}
	b.WriteString("\n## Sinks\n")
	for _, k := range all.Kinds() {
		if k.Out != nil {
			fmt.Fprintf(&b, "\n### kind: %s, as a sink\n\n", k.Name)
			describe(&b, k.Sink, k.Name)
		}
	}
	return b.String()
}

// describe writes the sample and the table of a kind's settings.
func describe(b *strings.Builder, s connectors.Schema, kind string) {
	fence(b, s.Sample(kind))
	b.WriteString("\n" + s.Table())
}

func fence(b *strings.Builder, text string) {
	b.WriteString("```yaml\n" + strings.Trim(text, "\n") + "\n```\n")
}
