package config

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// section is the part of the file that configures one source or sink.
type section struct {
	what string // "source" or "sink", and its name
	keys []string
	node *yaml.Node
	path string // "sources[1]"
	file string
	warn *warnings
}

// section reads the keys that all items of a list share into a pointer.
func (d *decoder) section(n *yaml.Node, path string, keys []string, shared any) (section, bool) {
	if n.Kind != yaml.MappingNode {
		d.fail(n.Line, path, "must be a mapping", "write it as {name: …, kind: …}")
		return section{}, false
	}
	d.lenient = true
	d.into(n, shared, path)
	d.lenient = false
	return section{keys: keys, node: n, path: path, file: d.file, warn: d.warn}, true
}

// Where names the place of the section in its file, as "file:line".
func (s section) Where() string {
	if s.node == nil {
		return s.what
	}
	return fmt.Sprintf("%s:%d", s.file, s.node.Line)
}

// Decode reads the kind's own keys into a pointer to a struct with yaml
// tags. Fields that are set before keep their value as the default. A key that
// the struct does not have, a value of the wrong type and an unreadable secret
// are errors, all reported at once as [Errors].
//
// For every string field "x" the file may give "x_file" instead: the name of a
// file that holds the value.
func (s section) Decode(into any) error {
	if s.node == nil {
		return nil
	}
	d := &decoder{file: s.file, warn: s.warn, lines: map[string]int{}, extra: s.keys}
	d.into(s.node, into, s.path)
	if len(d.errs) > 0 {
		return d.errs
	}
	return nil
}

// Explain turns what a kind said about its source or sink into errors that
// name the place in the file. Nil gives none.
func (s section) Explain(err error) Errors {
	if err == nil {
		return nil
	}
	var placed Errors
	if errors.As(err, &placed) {
		return placed
	}
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var all Errors
		for _, one := range several.Unwrap() {
			all = append(all, s.Explain(one)...)
		}
		return all
	}
	e := &Error{File: s.file, Path: s.path, Msg: fmt.Sprintf("%s: %v", s.what, err)}
	if s.node != nil {
		e.Line = s.node.Line
	}
	return Errors{e}
}

// NewSource returns a source that is not in the file, for the demo and for
// tests. Settings are the keys of its kind.
func NewSource(name, kind, team string, demo bool, settings map[string]any) (Source, error) {
	var n yaml.Node
	if err := n.Encode(settings); err != nil {
		return Source{}, fmt.Errorf("settings of source %s: %w", name, err)
	}
	return Source{Name: name, Kind: kind, Team: team, Demo: demo, section: section{what: "source " + name, keys: sourceKeys, node: &n, path: name, file: "demo"}}, nil
}

// NewSink returns a sink that is not in the file, for tests. Settings are the
// keys of its kind.
func NewSink(name, kind string, events []string, settings map[string]any) (Sink, error) {
	var n yaml.Node
	if err := n.Encode(settings); err != nil {
		return Sink{}, fmt.Errorf("settings of sink %s: %w", name, err)
	}
	return Sink{Name: name, Kind: kind, Events: events, section: section{what: "sink " + name, keys: sinkKeys, node: &n, path: name, file: "test"}}, nil
}
