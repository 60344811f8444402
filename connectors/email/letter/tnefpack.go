package letter

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"ctihub/leads"
)

// Numbers of MS-OXTNEF and MS-OXPROPS.
const (
	tnefSignature = 0x223e9f78

	attBody        = 0x0002800c
	attMapiProps   = 0x00069003
	attCodepage    = 0x00069007
	attRendData    = 0x00069002
	attTitle       = 0x00018010
	attData        = 0x0006800f
	attAttachment  = 0x00069005
	levelMessage   = 1
	levelFile      = 2
	propBody       = 0x1000
	propHTML       = 0x1013
	propRTF        = 0x1009
	propLongName   = 0x3707
	propName       = 0x3704
	propContentID  = 0x3712
	propMIME       = 0x370e
	propData       = 0x3701
	propInternetCP = 0x3fde

	maxTNEFFiles = 200
)

var errTNEF = errors.New("not a TNEF stream")

// tnefPack is what a TNEF stream holds.
type tnefPack struct {
	text, page string
	files      []tnefFile
}

type tnefFile struct {
	name, kind, id string
	content        []byte
}

// unpackTNEF reads a TNEF stream as far as it is whole. An error: it is none,
// or nothing useful is in it.
func unpackTNEF(b []byte) (tnefPack, error) {
	if len(b) < 6 || binary.LittleEndian.Uint32(b) != tnefSignature {
		return tnefPack{}, errTNEF
	}
	var pack tnefPack
	charset, body := "windows-1251", []byte(nil)
	var message props
	for b = b[6:]; len(b) >= 9; {
		level, attribute, size := b[0], binary.LittleEndian.Uint32(b[1:]), uint64(binary.LittleEndian.Uint32(b[5:]))
		b = b[9:]
		if size > uint64(len(b)) {
			break
		}
		data := b[:size]
		b = b[size:]
		b = b[min(2, len(b)):] // checksum
		if level == levelFile && attribute == attRendData && len(pack.files) < maxTNEFFiles {
			pack.files = append(pack.files, tnefFile{})
		}
		switch {
		case level == levelMessage && attribute == attCodepage && len(data) >= 4:
			charset = codepage(binary.LittleEndian.Uint32(data), charset)
		case level == levelMessage && attribute == attBody:
			body = data
		case level == levelMessage && attribute == attMapiProps:
			message = readProps(data)
		case level == levelFile && len(pack.files) > 0:
			pack.files[len(pack.files)-1].read(attribute, data, charset)
		}
	}
	if len(body) > 0 {
		pack.text = decodeText(bytes.TrimRight(body, "\x00"), charset)
	}
	pack.fromProps(message, charset)
	kept := pack.files[:0]
	for _, f := range pack.files {
		if len(f.content) > 0 || f.name != "" {
			kept = append(kept, f)
		}
	}
	pack.files = kept
	if pack.text == "" && pack.page == "" && len(pack.files) == 0 {
		return pack, errTNEF
	}
	return pack, nil
}

// fromProps takes the text out of the properties of the message.
func (t *tnefPack) fromProps(p props, charset string) {
	if t.text == "" {
		t.text = p.text(propBody, charset)
	}
	html := charset
	if v, found := p[propInternetCP]; found && len(v.data) >= 4 {
		html = codepage(binary.LittleEndian.Uint32(v.data), charset)
	}
	if v, found := p[propHTML]; found {
		t.page = strings.TrimRight(decodeText(v.data, html), "\x00")
	}
	if t.text == "" && t.page == "" {
		if v, found := p[propRTF]; found {
			t.text, t.page = rtfText(v.data, charset)
		}
	}
}

// read takes one attribute of a file.
func (f *tnefFile) read(attribute uint32, data []byte, charset string) {
	switch attribute {
	case attTitle:
		if f.name == "" {
			f.name = decodeText(bytes.TrimRight(data, "\x00"), charset)
		}
	case attData:
		f.content = data
	case attAttachment:
		p := readProps(data)
		for _, id := range []uint16{propLongName, propName} {
			if s := p.text(id, charset); s != "" {
				f.name = s
				break
			}
		}
		f.id, f.kind = p.text(propContentID, charset), p.text(propMIME, charset)
		if v, found := p[propData]; found && len(f.content) == 0 {
			f.content = v.data
		}
	}
	f.name = params{{"n", f.name}}.plainName()
}

// plainName is the parameter's value as a file's name.
func (p params) plainName() string {
	s := strings.TrimSpace(controls(p[0].value))
	return leads.Clip(s[strings.LastIndexAny(s, `/\`)+1:], 200)
}

// props are MAPI properties by their id.
type props map[uint16]prop

type prop struct {
	kind uint16
	data []byte // of several values: the first
}

func (p props) text(id uint16, charset string) string {
	v, found := p[id]
	if !found {
		return ""
	}
	if v.kind == 0x001f {
		s, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Bytes(v.data)
		if err != nil {
			return ""
		}
		return strings.TrimRight(string(s), "\x00")
	}
	return decodeText(bytes.TrimRight(v.data, "\x00"), charset)
}

// readProps reads a list of properties as far as it is whole.
func readProps(b []byte) props {
	all := props{}
	if len(b) < 4 {
		return all
	}
	count := binary.LittleEndian.Uint32(b)
	b = b[4:]
	for ; count > 0 && len(b) >= 4 && len(all) < 2000; count-- {
		kind, id := binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:])
		b = b[4:]
		if id >= 0x8000 {
			if b = skipName(b); b == nil {
				return all
			}
		}
		data, rest, ok := value(kind, b)
		if !ok {
			return all
		}
		b = rest
		all[id] = prop{kind &^ 0x1000, data}
	}
	return all
}

// skipName reads past the name of a named property; nil: it is broken.
func skipName(b []byte) []byte {
	if len(b) < 24 {
		return nil
	}
	kind := binary.LittleEndian.Uint32(b[16:])
	if kind == 0 {
		return b[24:]
	}
	size := padded(uint64(binary.LittleEndian.Uint32(b[20:])))
	if b = b[24:]; size > uint64(len(b)) {
		return nil
	}
	return b[size:]
}

// value reads one value of a type, or the first of several.
func value(kind uint16, b []byte) (data, rest []byte, ok bool) {
	size := uint64(0)
	switch kind &^ 0x1000 {
	case 0x0002, 0x000b, 0x0003, 0x0004, 0x000a, 0x0001:
		size = 4
	case 0x0005, 0x0006, 0x0007, 0x0014, 0x0040:
		size = 8
	case 0x0048:
		size = 16
	}
	count := uint64(1)
	variable := size == 0
	if variable || kind&0x1000 != 0 {
		if len(b) < 4 {
			return nil, nil, false
		}
		count = uint64(binary.LittleEndian.Uint32(b))
		b = b[4:]
	}
	for i := range count {
		n := size
		if variable {
			if len(b) < 4 {
				return nil, nil, false
			}
			n = uint64(binary.LittleEndian.Uint32(b))
			b = b[4:]
		}
		if padded(n) > uint64(len(b)) {
			return nil, nil, false
		}
		if i == 0 {
			data = b[:n]
		}
		b = b[padded(n):]
	}
	if kind&^0x1000 == 0x000d && len(data) > 16 { // an object: its interface stands first
		data = data[16:]
	}
	return data, b, true
}

func padded(n uint64) uint64 { return (n + 3) &^ 3 }

// codepage names a Windows code page.
func codepage(n uint32, otherwise string) string {
	switch n {
	case 65001:
		return "utf-8"
	case 20866:
		return "koi8-r"
	case 866:
		return "cp866"
	case 28595:
		return "iso-8859-5"
	case 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258:
		return "windows-" + string(rune('0'+n/1000)) + string(rune('0'+n/100%10)) + string(rune('0'+n/10%10)) + string(rune('0'+n%10))
	}
	return otherwise
}
