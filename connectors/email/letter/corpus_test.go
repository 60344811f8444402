package letter_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/email/letter"
	"ctihub/leads"
)

var show = flag.Bool("letter.show", false, "print what is read of each mail of the corpus")

// expected is what one mail of the corpus must be read as.
type expected struct {
	About       string             `json:"about"` // what the mail is a case of
	Unreadable  bool               `json:"unreadable,omitempty"`
	Direction   leads.Direction    `json:"direction,omitempty"`
	From        []leads.Identity   `json:"from,omitempty"`
	Name        string             `json:"name,omitempty"`
	To          string             `json:"to,omitempty"`
	At          time.Time          `json:"at,omitzero"`
	Subject     string             `json:"subject,omitempty"`
	Text        string             `json:"text,omitempty"`
	Whole       bool               `json:"whole,omitempty"` // something was left out
	HTML        bool               `json:"html,omitempty"`
	Attachments []leads.Attachment `json:"attachments,omitempty"`
	MessageID   string             `json:"message_id,omitempty"`
	References  []string           `json:"references,omitempty"`
	Automatic   leads.Automatic    `json:"automatic,omitempty"`
	Offered     []leads.Identity   `json:"offered,omitempty"`
	UTM         map[string]string  `json:"utm,omitempty"`
}

// ours are the options of the company in the corpus.
func ours() letter.Options {
	return letter.Options{Own: []string{"Sales@Firm.example", "@firm.example"}, Region: "RU", Keep: func(_ int, name string, content io.Reader) (leads.Attachment, error) {
		b, err := io.ReadAll(content)
		kind, _, _ := strings.Cut(http.DetectContentType(b), ";")
		return leads.Attachment{ID: "x", Name: name, Type: kind, Size: int64(len(b))}, err
	}}
}

func summary(t leads.Touch, err error, about string) expected {
	if err != nil {
		return expected{About: about, Unreadable: true}
	}
	for i := range t.Attachments {
		t.Attachments[i].ID = ""
	}
	return expected{
		About: about, Direction: t.Direction, From: t.From, Name: t.Name, To: t.To, At: t.At, Subject: t.Subject, Text: t.Text,
		Whole: t.Whole != "", HTML: t.HTML != "", Attachments: t.Attachments, MessageID: t.MessageID, References: t.References,
		Automatic: t.Automatic, Offered: t.Offered, UTM: t.UTM,
	}
}

func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want expected
		b, err := os.ReadFile(strings.TrimSuffix(file, ".eml") + ".json")
		if err != nil && !*show {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &want); err != nil && !*show {
			t.Fatal(file, err)
		}
		touch, err := letter.Read(bytes.NewReader(raw), ours())
		got := summary(touch, err, want.About)
		if g, w := written(got), written(want); g != w {
			t.Errorf("%s\ngot  %s\nwant %s", file, g, w)
			continue
		}
		right++
	}
	t.Logf("right %d of %d", right, len(files))
	if len(files) < 60 {
		t.Errorf("the corpus has only %d mails", len(files))
	}
}

func written(e expected) string {
	var b strings.Builder
	w := json.NewEncoder(&b)
	w.SetEscapeHTML(false)
	w.SetIndent("", "  ")
	if err := w.Encode(e); err != nil {
		return fmt.Sprint(err)
	}
	return b.String()
}
