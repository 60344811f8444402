package letter

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ctihub/leads"
)

// params are the parameters of a Content-Type or Content-Disposition; values
// are raw, names in lower case.
type params []field

func (p params) get(name string) string { return header(p).get(name) }

// mediaType returns the type of a Content-Type in lower case.
func mediaType(value string) string {
	kind := strings.TrimSpace(value)
	if end := strings.IndexAny(kind, "; \t"); end >= 0 {
		kind = kind[:end]
	}
	return strings.ToLower(strings.Trim(kind, `"'`))
}

// parameters reads what follows the first semicolon, also where it breaks the
// rules: unquoted blanks, missing quotes, missing semicolons after a quote.
func parameters(value string) params {
	_, s, found := strings.Cut(value, ";")
	if !found {
		_, s, _ = strings.Cut(strings.TrimSpace(value), " ") // the semicolon is missing
	}
	var all params
	for len(all) < 100 {
		s = strings.TrimLeft(s, "; \t")
		name, rest, found := strings.Cut(s, "=")
		if !found {
			return all
		}
		if i := strings.LastIndexAny(name, "; \t"); i >= 0 && strings.TrimSpace(name[i:]) != "" {
			name = name[i+1:]
		}
		rest = strings.TrimLeft(rest, " \t")
		var v string
		if strings.HasPrefix(rest, `"`) {
			v, s = quoted(rest[1:])
		} else {
			v, s, _ = strings.Cut(rest, ";")
		}
		all = append(all, field{strings.ToLower(strings.Trim(name, " \t;")), strings.TrimSpace(v)})
	}
	return all
}

// quoted reads a quoted string after its opening quote.
func quoted(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// fileName returns a parameter that names a file, in RFC 2231 pieces, as
// encoded words or raw; empty: there is none. No folder is left in it.
func (p params) fileName(name, hint string) string {
	s := p.extended(name, hint)
	if s == "" {
		s = decodeWords(p.get(name), hint)
		if strings.Contains(s, "''") && strings.Contains(s, "%") { // RFC 2231 without its star
			s = unpercent(s, hint)
		}
	}
	s = strings.TrimSpace(controls(s))
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	if s == "." || s == ".." {
		return ""
	}
	if len(s) > 200 {
		ext := path.Ext(s)
		if len(ext) > 20 {
			ext = ""
		}
		s = leads.Clip(s, 200-len(ext)) + ext
	}
	return s
}

// extended joins name*0*, name*1, name*… (RFC 2231).
func (p params) extended(name, hint string) string {
	type piece struct {
		n       int
		percent bool
		value   string
	}
	var pieces []piece
	for _, f := range p {
		rest, found := strings.CutPrefix(f.name, name+"*")
		if !found {
			continue
		}
		rest, percent := strings.CutSuffix(rest, "*")
		n, err := strconv.Atoi(rest)
		if rest == "" {
			percent, err = true, nil
		}
		if err == nil {
			pieces = append(pieces, piece{n, percent, f.value})
		}
	}
	slices.SortStableFunc(pieces, func(a, b piece) int { return a.n - b.n })
	var all []byte
	charset := ""
	for i, x := range pieces {
		v := x.value
		if i == 0 && x.percent {
			if set, rest, found := strings.Cut(v, "'"); found {
				if _, text, found := strings.Cut(rest, "'"); found {
					charset, v = set, text
				}
			}
		}
		if x.percent {
			all = append(all, percents(v)...)
		} else {
			all = append(all, v...)
		}
	}
	if charset == "" && strings.Contains(string(all), "=?") {
		return decodeWords(string(all), hint)
	}
	if charset == "" && !utf8.Valid(all) {
		charset = hint
	}
	return decodeText(all, charset)
}

func unpercent(s, hint string) string {
	set, rest, _ := strings.Cut(s, "''")
	if lookup(strings.ToLower(set)) == nil {
		return s
	}
	return decodeText(percents(rest), set)
}

// percents undoes %XX; what is no escape stays.
func percents(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && hex(s[i+1]) >= 0 && hex(s[i+2]) >= 0 {
			out = append(out, byte(hex(s[i+1])<<4|hex(s[i+2])))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return out
}
