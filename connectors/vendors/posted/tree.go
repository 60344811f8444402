package posted

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Bounds of one body.
const (
	maxDepth  = 64   // of nested objects, lists and JSON in texts
	maxValues = 5000 // together
)

// Errors of reading a body.
var (
	ErrLarge = fmt.Errorf("nested deeper than %d, or of more than %d values", maxDepth, maxValues)
	errJSON  = errors.New("neither JSON nor a form: it breaks off or has a fault")
)

// Kind distinguishes leaves, objects and lists.
type Kind int

// Kinds of a value.
const (
	Leaf Kind = iota
	Object
	List
)

// Value is one value of a body. Members of objects and lists are in the order
// in which they were sent; a name may occur twice.
type Value struct {
	Name    string // of a member of an object
	Sent    string // name of the form's input that it comes from, empty for JSON
	Kind    Kind
	Leaf    any // string, json.Number, bool or nil
	Members []Value
}

// Text returns a leaf as text; empty for null.
func (v Value) Text() string {
	switch l := v.Leaf.(type) {
	case nil:
		return ""
	case string:
		return l
	case json.Number:
		return Number(l)
	}
	return fmt.Sprint(v.Leaf)
}

// Number writes a whole number without an exponent and without a zero fraction; spreadsheets
// export phones as 7.9161234567e10.
func Number(n json.Number) string {
	if f, err := n.Float64(); err == nil && strings.ContainsAny(n.String(), "eE.") && math.Trunc(f) == f && math.Abs(f) < 1e15 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return n.String()
}

// Any returns the value as encoding/json would, with numbers as json.Number. A name that occurs
// several times in an object gives a list.
func (v Value) Any() any {
	switch v.Kind {
	case List:
		all := make([]any, len(v.Members))
		for i, m := range v.Members {
			all[i] = m.Any()
		}
		return all
	case Object:
		all := make(map[string]any, len(v.Members))
		several := map[string]int{}
		for _, m := range v.Members {
			switch several[m.Name]++; several[m.Name] {
			case 1:
				all[m.Name] = m.Any()
			case 2:
				all[m.Name] = []any{all[m.Name], m.Any()}
			default:
				all[m.Name] = append(all[m.Name].([]any), m.Any())
			}
		}
		return all
	}
	return v.Leaf
}

// valueOf is the inverse of Any; members are in the order of their names.
func valueOf(name string, v any, depth int) Value {
	out := Value{Name: name}
	if depth > maxDepth {
		return out
	}
	switch v := v.(type) {
	case map[string]any:
		out.Kind = Object
		names := make([]string, 0, len(v))
		for n := range v {
			names = append(names, n)
		}
		slices.Sort(names)
		for _, n := range names {
			out.Members = append(out.Members, valueOf(n, v[n], depth+1))
		}
	case []any:
		out.Kind = List
		for _, m := range v {
			out.Members = append(out.Members, valueOf("", m, depth+1))
		}
	default:
		out.Leaf = v
	}
	return out
}
