package letter

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// lzfuDictionary is what the dictionary of compressed RTF begins with
// (MS-OXRTFCP, 2.1.3.1.1).
const lzfuDictionary = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"

// unRTF undoes the compression; what is broken ends it.
func unRTF(b []byte) []byte {
	if len(b) < 16 {
		return nil
	}
	size := int(min(binary.LittleEndian.Uint32(b[4:]), maxText))
	switch string(b[8:12]) {
	case "MELA":
		return b[16:min(len(b), 16+size)]
	case "LZFu":
	default:
		return nil
	}
	var ring [4096]byte
	write := copy(ring[:], lzfuDictionary)
	out := make([]byte, 0, min(size, 64<<10))
	put := func(c byte) {
		out = append(out, c)
		ring[write] = c
		write = (write + 1) % len(ring)
	}
	for b = b[16:]; len(b) > 0 && len(out) < size; {
		control := b[0]
		b = b[1:]
		for bit := 0; bit < 8 && len(out) < size; bit++ {
			if control>>bit&1 == 0 {
				if len(b) < 1 {
					return out
				}
				put(b[0])
				b = b[1:]
				continue
			}
			if len(b) < 2 {
				return out
			}
			token := int(b[0])<<8 | int(b[1])
			b = b[2:]
			offset, length := token>>4, token&15+2
			if offset == write {
				return out
			}
			for i := range length {
				put(ring[(offset+i)%len(ring)])
			}
		}
	}
	return out
}

// rtfText returns the text of compressed RTF, or the HTML that Outlook wrapped
// into it (MS-OXRTFEX).
func rtfText(compressed []byte, charset string) (text, page string) {
	r := rtf{in: string(unRTF(compressed)), charset: charset}
	r.html = strings.Contains(r.in[:min(len(r.in), 4<<10)], `\fromhtml1`)
	r.run()
	r.flush()
	if r.html {
		return "", r.out.String()
	}
	return r.out.String(), ""
}

// rtf reads RTF. Groups inside of each other are bounded.
type rtf struct {
	in      string
	charset string
	html    bool
	out     strings.Builder
	bytes   []byte // of the charset, not yet decoded
	state   rtfState
	stack   []rtfState
	skip    int // characters after \u that stand for it
}

type rtfState struct {
	ignored bool // the group is no text
	rtfOnly bool // \htmlrtf: not of the HTML
	uc      int
}

func (r *rtf) flush() {
	if len(r.bytes) > 0 {
		r.out.WriteString(decodeText(r.bytes, r.charset))
		r.bytes = r.bytes[:0]
	}
}

func (r *rtf) emit(c byte) {
	switch {
	case r.skip > 0:
		r.skip--
	case !r.state.ignored && !r.state.rtfOnly:
		r.bytes = append(r.bytes, c)
	}
}

func (r *rtf) run() {
	r.state.uc = 1
	for i := 0; i < len(r.in); {
		switch c := r.in[i]; c {
		case '{':
			if len(r.stack) >= 1000 {
				return
			}
			r.stack = append(r.stack, r.state)
			i++
		case '}':
			if n := len(r.stack); n > 0 {
				r.state, r.stack = r.stack[n-1], r.stack[:n-1]
			}
			r.skip = 0
			i++
		case '\\':
			i = r.control(i + 1)
		case '\r', '\n':
			i++
		default:
			r.emit(c)
			i++
		}
	}
}

// control reads a control word or symbol at i and returns what is after it.
func (r *rtf) control(i int) int {
	if i >= len(r.in) {
		return i
	}
	c := r.in[i]
	if c < 'a' || c > 'z' {
		return r.symbol(i)
	}
	begin := i
	for i < len(r.in) && r.in[i] >= 'a' && r.in[i] <= 'z' && i-begin < 32 {
		i++
	}
	word, number := r.in[begin:i], i
	if i < len(r.in) && r.in[i] == '-' {
		i++
	}
	for i < len(r.in) && r.in[i] >= '0' && r.in[i] <= '9' && i-number < 10 {
		i++
	}
	n, err := strconv.Atoi(r.in[number:i])
	given := err == nil
	if i < len(r.in) && r.in[i] == ' ' {
		i++
	}
	r.word(word, n, given)
	return i
}

func (r *rtf) symbol(i int) int {
	switch r.in[i] {
	case '\'':
		if i+2 < len(r.in) && hex(r.in[i+1]) >= 0 && hex(r.in[i+2]) >= 0 {
			r.emit(byte(hex(r.in[i+1])<<4 | hex(r.in[i+2])))
			return i + 3
		}
	case '*':
		r.state.ignored = !r.html || !strings.HasPrefix(r.in[i+1:], `\htmltag`)
	case '~':
		r.emit(' ')
	case '\\', '{', '}':
		r.emit(r.in[i])
	}
	return i + 1
}

func (r *rtf) word(word string, n int, given bool) {
	switch word {
	case "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "generator", "pntext":
		r.state.ignored = true
	case "htmlrtf":
		r.state.rtfOnly = r.html && (!given || n != 0)
	case "par", "line", "row", "sect", "page":
		if r.html {
			r.emit('\r')
		}
		r.emit('\n')
	case "tab", "cell":
		r.emit('\t')
	case "ansicpg":
		r.charset = codepage(uint32(max(0, min(n, 1<<20))), r.charset) //nolint:gosec // bounded
	case "uc":
		r.state.uc = max(0, min(n, 10))
	case "u":
		if given && !r.state.ignored && !r.state.rtfOnly {
			r.flush()
			if n < 0 {
				n += 1 << 16
			}
			r.out.WriteRune(rune(n & 0xffff)) //nolint:gosec // masked
			r.skip = r.state.uc
		}
	case "emdash":
		r.emit('-')
	case "endash":
		r.emit('-')
	case "bullet":
		r.emit('*')
	case "lquote", "rquote":
		r.emit('\'')
	case "ldblquote", "rdblquote":
		r.emit('"')
	}
}
