package email

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// How much of a mail its key depends on, in bytes.
const (
	keyHeader = 64 << 10
	keyBody   = 64 << 10
)

// fingerprint is what a mail is recognised by: its header and the beginning of its body.
type fingerprint struct {
	header map[string]string // of fingerprintFields, the first of each name
	body   []byte            // its first bytes
	size   int64             // of the header with the empty line after it
}

// fingerprintFields are the fields that are the same in all copies of a mail.
// Received and the like are added on the way and differ.
var fingerprintFields = []string{"message-id", "date", "from", "to", "subject", "x-ctihub-hub", "auto-submitted"}

// fingerprintOf reads the fingerprint from the beginning of a mail.
func fingerprintOf(begin []byte) fingerprint {
	head, gap := begin[:min(len(begin), keyHeader)], 0
	if i := bytes.Index(head, []byte("\r\n\r\n")); i >= 0 {
		head, gap = head[:i], 4
	} else if i := bytes.Index(head, []byte("\n\n")); i >= 0 {
		head, gap = head[:i], 2
	}
	o := fingerprint{header: map[string]string{}, size: int64(len(head) + gap)}
	rest := begin[o.size:]
	o.body = rest[:min(len(rest), keyBody)]
	name := ""
	fields := map[string]*strings.Builder{}
	for line := range bytes.Lines(head) {
		if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
			if f := fields[name]; f != nil {
				f.Write(line)
			}
			continue
		}
		n, value, _ := bytes.Cut(line, []byte(":"))
		name = strings.ToLower(strings.TrimSpace(string(n)))
		if fields[name] != nil {
			name = "" // a second one is ignored
			continue
		}
		for _, wanted := range fingerprintFields {
			if name == wanted {
				fields[name] = &strings.Builder{}
				fields[name].Write(value)
			}
		}
	}
	for n, f := range fields {
		o.header[n] = strings.Join(strings.Fields(f.String()), " ")
	}
	return o
}

// key names the mail for ever: Message-ID, the fields that a sender writes, the
// size of the body and its beginning. size is that of the whole mail. It is the
// same for a mail that was moved, copied, restored or numbered anew, and
// differs for two mails under one Message-ID. Mails that differ only after the
// beginning have one key, and are told apart by their digests.
func (o fingerprint) key(inbox string, size int64) string {
	h := sha256.New()
	for _, name := range []string{"message-id", "date", "from", "to", "subject"} {
		fmt.Fprintf(h, "%d:%s\n", len(o.header[name]), o.header[name])
	}
	fmt.Fprintf(h, "%d\n", size-o.size)
	h.Write(o.body)
	return inbox + "/" + hex.EncodeToString(h.Sum(nil)[:16])
}
