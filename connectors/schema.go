package connectors

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Schema describes the settings of a source or a sink of a kind, in this one
// place: the defaults, the checks, the commented sample, the documentation and
// forms come from it.
type Schema struct {
	About   string // description of the kind, in a sentence or two
	Example string // name of the source or sink in the sample
	Events  string // of a sink: the events in the sample, in YAML
	Fields  []Field
}

// Field is one setting.
type Field struct {
	Name     string
	Type     Type
	Help     string   // in whole sentences; the first one of a required field says what to give
	Required bool     // it must be given, and not be empty
	Default  string   // in YAML; empty: none
	Example  string   // in YAML, for the sample; empty: the default
	Off      bool     // the sample shows it commented out
	Choices  []string // of a Choice
	Min, Max string   // bounds of a Number or Duration, as in YAML; empty: none
	Fields   []Field  // of a Group, or of each item of Groups
}

// Type is the type of a field's value.
type Type string

// Types of fields.
const (
	Text     Type = "text"
	File     Type = "file"   // a text that is given as the name of its file
	Secret   Type = "secret" // as File; never shown again
	Number   Type = "number"
	Duration Type = "duration" // 30s, 5m
	Flag     Type = "true or false"
	Choice   Type = "choice"
	List     Type = "list"  // of texts
	Map      Type = "map"   // from names to values
	Group    Type = "group" // fields below it
	Groups   Type = "list of groups"
)

// Decode reads settings into a struct, whose yaml tags are the names of the
// fields: first the defaults, then what is given. A struct with other tags is an
// error, too.
func (s Schema) Decode(settings func(into any) error, into any) error {
	v := reflect.ValueOf(into).Elem()
	if err := prepare(s.Fields, v, ""); err != nil {
		return fmt.Errorf("%w: this is a defect of the hub", err)
	}
	if err := settings(into); err != nil {
		return err
	}
	return complete(s.Fields, v)
}

// Check reports what is missing, is no choice, or is out of bounds.
func (s Schema) Check(settings any) error {
	var wrong Mistakes
	check(s.Fields, reflect.Indirect(reflect.ValueOf(settings)), "", &wrong)
	return wrong.Err()
}

// prepare sets the defaults of a struct and of the structs inside it, and compares its tags with
// the fields.
func prepare(fields []Field, v reflect.Value, path string) error {
	at := values(v)
	for _, f := range fields {
		value, ok := at[f.Name]
		if !ok {
			return fmt.Errorf("the setting %s%s has no field in the struct", path, f.Name)
		}
		delete(at, f.Name)
		var err error
		switch {
		case value.Kind() == reflect.Struct && f.Type == Group:
			err = prepare(f.Fields, value, path+f.Name+".")
		case f.Type == Group, f.Type == Groups:
			err = prepare(f.Fields, reflect.New(value.Type().Elem()).Elem(), path+f.Name+".")
		case f.Default != "":
			err = yaml.Unmarshal([]byte(f.Default), value.Addr().Interface())
		}
		if err != nil {
			return err
		}
	}
	for name := range at {
		return fmt.Errorf("the setting %s%s is not in the schema", path, name)
	}
	return nil
}

// complete sets the defaults of groups that may be left out, and of items of
// lists, where their values are zero.
func complete(fields []Field, v reflect.Value) error {
	at := values(v)
	for _, f := range fields {
		value := at[f.Name]
		for _, inner := range groups(f, value) {
			if value.Kind() != reflect.Struct {
				if err := fill(f.Fields, inner); err != nil {
					return err
				}
			}
			if err := complete(f.Fields, inner); err != nil {
				return err
			}
		}
	}
	return nil
}

func fill(fields []Field, v reflect.Value) error {
	at := values(v)
	for _, f := range fields {
		if value := at[f.Name]; f.Default != "" && value.IsZero() {
			if err := yaml.Unmarshal([]byte(f.Default), value.Addr().Interface()); err != nil {
				return err
			}
		}
	}
	return nil
}

func check(fields []Field, v reflect.Value, path string, wrong *Mistakes) {
	at := values(v)
	for _, f := range fields {
		value, name := at[f.Name], path+f.Name
		switch {
		case f.Required && isEmpty(value):
			wrong.If(true, "%s: is missing; %s", name, f.firstSentence())
		case f.Type == Choice:
			given := value.String()
			wrong.If(!slices.Contains(f.Choices, given) && (given != "" || f.Default != ""), "%s: %q is none of %s", name, given, strings.Join(f.Choices, ", "))
		case f.Type == Number, f.Type == Duration:
			wrong.If(f.outside(value.Int()), "%s: must be %s", name, f.bounds())
		}
		for i, inner := range groups(f, value) {
			below := name + "."
			if f.Type == Groups {
				below = fmt.Sprintf("%s[%d].", name, i)
			}
			check(f.Fields, inner, below, wrong)
		}
	}
}

// groups returns the structs with the fields of a group.
func groups(f Field, value reflect.Value) (all []reflect.Value) {
	switch {
	case f.Type == Group && value.Kind() == reflect.Struct:
		return []reflect.Value{value}
	case f.Type == Group && !value.IsNil():
		return []reflect.Value{value.Elem()}
	case f.Type == Groups:
		for i := range value.Len() {
			all = append(all, value.Index(i))
		}
	}
	return all
}

// values returns the fields of a struct by their yaml tags.
func values(v reflect.Value) map[string]reflect.Value {
	all := map[string]reflect.Value{}
	for i := range v.NumField() {
		name, opts, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		switch {
		case opts == "inline":
			for name, inner := range values(v.Field(i)) {
				all[name] = inner
			}
		case name != "":
			all[name] = v.Field(i)
		}
	}
	return all
}

func isEmpty(v reflect.Value) bool {
	if v.Kind() == reflect.Slice || v.Kind() == reflect.Map {
		return v.Len() == 0
	}
	return v.IsZero()
}

func (f Field) outside(n int64) bool {
	return f.Min != "" && n < f.number(f.Min) || f.Max != "" && n > f.number(f.Max)
}

// number reads a bound; a duration in nanoseconds.
func (f Field) number(text string) int64 {
	if f.Type == Duration {
		d, _ := time.ParseDuration(text)
		return int64(d)
	}
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

// bounds are the bounds in words, empty if there are none.
func (f Field) bounds() string {
	switch {
	case f.Min != "" && f.Max != "":
		return "from " + f.Min + " to " + f.Max
	case f.Min != "":
		return f.Min + " or more"
	case f.Max != "":
		return "at most " + f.Max
	}
	return ""
}

// firstSentence returns the first sentence of the help, as it continues after a semicolon.
func (f Field) firstSentence() string {
	first, _, _ := strings.Cut(strings.Join(strings.Fields(f.Help), " "), ". ")
	return "give " + strings.ToLower(first[:min(1, len(first))]) + strings.TrimSuffix(first[min(1, len(first)):], ".")
}

// LangField is the setting "lang" of a kind that writes into touches, see
// vendors.Language.
var LangField = Field{
	Name: "lang", Type: Choice, Choices: []string{"ru", "en"}, Example: "ru", Off: true,
	Help: "Language of what the hub writes in place of photos, places and the like: ru or en. Left out: by the hub's region.",
}
