package config

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// decoder fills structs from YAML nodes like yaml's decoder with KnownFields,
// but goes on after a mistake, says where it is and what was meant, and never
// repeats a value.
type decoder struct {
	file    string
	errs    Errors
	warn    *warnings
	lines   map[string]int // of every field that the file gives
	extra   []string       // keys of the outermost struct that belong to somebody else
	lenient bool           // unknown keys of the outermost struct are left alone
}

func (d *decoder) fail(line int, path, msg, remedy string) {
	d.errs = append(d.errs, &Error{File: d.file, Line: line, Path: path, Msg: msg, Remedy: remedy})
}

// into decodes a node into a pointer.
func (d *decoder) into(n *yaml.Node, ptr any, path string) {
	v := reflect.ValueOf(ptr)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		d.fail(n.Line, path, "cannot be decoded into something that is no pointer", "this is a defect of the hub")
		return
	}
	if v.Elem().Kind() == reflect.Struct && n.Kind == yaml.MappingNode {
		d.structure(n, v.Elem(), path, d.extra, d.lenient)
		return
	}
	d.value(n, v.Elem(), path)
}

var (
	nodeType     = reflect.TypeFor[yaml.Node]()
	durationType = reflect.TypeFor[time.Duration]()
)

func (d *decoder) value(n *yaml.Node, v reflect.Value, path string) {
	d.lines[path] = n.Line
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.fail(n.Line, path, "anchors and aliases are not supported", "write the value out, or in quotes if it begins with * or &")
		return
	}
	if v.Type() == nodeType {
		v.Set(reflect.ValueOf(*n))
		return
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.value(n, v.Elem(), path)
		return
	}
	// A struct or list with a short form may be written out too.
	writtenOut := v.Kind() == reflect.Struct && n.Kind == yaml.MappingNode || v.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok && !writtenOut {
		d.text(n, u, path)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		if n.Kind != yaml.MappingNode {
			d.fail(n.Line, path, "must be a mapping", "write its keys below it, indented")
			return
		}
		d.structure(n, v, path, nil, false)
	case reflect.Slice:
		d.list(n, v, path)
	case reflect.Map:
		d.mapping(n, v, path)
	default:
		d.scalar(n, v, path)
	}
}

// structure decodes a mapping into a struct.
func (d *decoder) structure(n *yaml.Node, v reflect.Value, path string, extra []string, lenient bool) {
	fields := map[string]reflect.Value{}
	known := append(fieldsOf(v, fields), extra...)
	given := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		name, at := key.Value, join(path, key.Value)
		if first, twice := given[name]; twice {
			d.fail(key.Line, at, fmt.Sprintf("is given twice, first on line %d", first), "remove one")
			continue
		}
		given[name] = key.Line
		f, ok := fields[name]
		if ok {
			d.value(val, f, at)
			continue
		}
		if base, isFile := strings.CutSuffix(name, "_file"); isFile {
			if f, ok := fields[base]; ok && f.Kind() == reflect.String {
				d.secret(val, f, at)
				continue
			}
		}
		if !lenient && !contains(extra, name) {
			d.unknown(key, path, known)
		}
	}
	for name := range fields {
		if a, b := given[name], given[name+"_file"]; a > 0 && b > 0 {
			if _, own := fields[name+"_file"]; !own {
				d.fail(max(a, b), join(path, name), fmt.Sprintf("is given both here and by %s_file", name), "keep one of them")
			}
		}
	}
}

func (d *decoder) unknown(key *yaml.Node, path string, known []string) {
	if !harmlessKey.MatchString(key.Value) {
		d.fail(key.Line, path, "has a key "+quoteKey(key.Value), "is a colon or a blank after it missing?")
		return
	}
	remedy := "known here: " + strings.Join(known, ", ")
	base, isFile := strings.CutSuffix(key.Value, "_file")
	near := ""
	if isFile {
		if near = Nearest(base, known); near != "" && near != base {
			near += "_file"
		}
	}
	if near == "" {
		near = Nearest(key.Value, known)
	}
	if near != "" {
		remedy = fmt.Sprintf("did you mean %q?", near)
	}
	d.fail(key.Line, join(path, key.Value), "unknown key", remedy)
}

// fieldsOf collects the fields of a struct by their yaml names and returns the
// names in the order of declaration.
func fieldsOf(v reflect.Value, into map[string]reflect.Value) (names []string) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		name, opts, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
			continue
		case opts == "inline" && f.Type.Kind() == reflect.Struct:
			names = append(names, fieldsOf(v.Field(i), into)...)
			continue
		case name == "":
			name = strings.ToLower(f.Name)
		}
		into[name] = v.Field(i)
		names = append(names, name)
	}
	return names
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n.Line, path, "must be a list", "write [a, b], or one item a line after a dash")
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		d.value(item, out.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
	v.Set(out)
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode || v.Type().Key().Kind() != reflect.String {
		d.fail(n.Line, path, "must be a mapping", "write key: value below it, indented")
		return
	}
	out := reflect.MakeMap(v.Type())
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := reflect.ValueOf(n.Content[i].Value).Convert(v.Type().Key())
		at := join(path, "a key "+quoteKey(n.Content[i].Value))
		if harmlessKey.MatchString(n.Content[i].Value) {
			at = join(path, n.Content[i].Value)
		}
		if out.MapIndex(key).IsValid() {
			d.fail(n.Content[i].Line, at, "is given twice", "remove one")
			continue
		}
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(n.Content[i+1], item, at)
		out.SetMapIndex(key, item)
	}
	v.Set(out)
}

func (d *decoder) text(n *yaml.Node, u encoding.TextUnmarshaler, path string) {
	if n.Kind != yaml.ScalarNode {
		d.fail(n.Line, path, "must be a single value", "")
		return
	}
	if err := u.UnmarshalText([]byte(n.Value)); err != nil {
		d.fail(n.Line, path, "has a value that is not understood", "compare it with: ctihub config sample")
	}
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, path string) {
	what := "a text"
	ok := n.Kind == yaml.ScalarNode
	switch {
	case v.Kind() == reflect.String:
		if ok {
			v.SetString(n.Value)
		}
	case v.Type() == durationType:
		what = "a length of time with its unit, such as 30s or 5m"
		t, err := time.ParseDuration(n.Value)
		if ok = ok && err == nil; ok {
			v.SetInt(int64(t))
		}
	case v.Kind() == reflect.Bool:
		what = "true or false"
		ok = ok && n.Decode(v.Addr().Interface()) == nil
	case v.CanInt() || v.CanUint():
		what = "a whole number"
		ok = ok && n.ShortTag() == "!!int" && n.Decode(v.Addr().Interface()) == nil
	default:
		what = "a number"
		ok = ok && n.Decode(v.Addr().Interface()) == nil
	}
	if !ok {
		d.fail(n.Line, path, "must be "+what, "")
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
