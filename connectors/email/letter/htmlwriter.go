package letter

import (
	"strings"
	"unicode"
)

// textWriter writes lines with the depth of their quotation.
type textWriter struct {
	lines   []string
	line    strings.Builder
	depth   int // of quotation
	lineIn  int // depth when the line began
	breaks  int // line breaks before the next text
	space   bool
	pre     int
	skip    string // element whose text is not shown
	hidden  int
	cells   int
	marked  bool
	started bool
	flat    bool // quotations get no signs
	open    []element
}

// element is an open div, span or blockquote.
type element struct {
	tag    string
	quote  bool
	hidden bool
}

func (w *textWriter) write(s string) {
	if w.skip != "" || w.hidden > 0 {
		return
	}
	for _, r := range s {
		switch {
		case r == '\n' && w.pre > 0:
			w.flush()
			w.breaks = 1
			w.started = true
		case r == '\n' || r == '\r' || r == '\t' || r == ' ' || r == '\u00a0' || unicode.IsSpace(r):
			w.space = true
			if w.pre > 0 && w.line.Len() > 0 {
				w.line.WriteByte(' ')
				w.space = false
			}
		case unicode.IsControl(r) || r == '\u200b' || r == '\u200e' || r == '\u200f' || r == '\ufeff' || r == '\u200c' || r == '\u00ad' || r == '\u034f' ||
			r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
		default:
			w.rune(r)
		}
	}
}

func (w *textWriter) rune(r rune) {
	if w.breaks > 0 {
		w.newline()
	}
	if w.line.Len() == 0 {
		w.lineIn = w.depth
		if w.marked {
			w.line.WriteString(mark)
			w.marked = false
		}
	} else if w.space && w.line.String()[w.line.Len()-1] != '\t' {
		w.line.WriteByte(' ')
	}
	w.space = false
	w.started = true
	w.line.WriteRune(r)
}

// flush ends the line.
func (w *textWriter) flush() {
	if w.line.Len() > 0 {
		line := strings.TrimRight(w.line.String(), " \t")
		if w.lineIn > 0 {
			line = strings.Repeat(">", min(w.lineIn, 20)) + " " + strings.TrimPrefix(line, mark)
		}
		w.lines = append(w.lines, line)
		w.line.Reset()
	}
}

// newline writes the requested line breaks.
func (w *textWriter) newline() {
	w.flush()
	for i := 1; i < w.breaks; i++ {
		if n := len(w.lines); n > 0 && w.lines[n-1] != "" {
			w.lines = append(w.lines, "")
		}
	}
	w.breaks, w.space = 0, false
}

// need requests n line breaks before the next text.
func (w *textWriter) need(n int) {
	if w.started {
		w.breaks = max(w.breaks, n)
	}
}

func (w *textWriter) text() string {
	w.flush()
	return settle(w.lines)
}
