package webform

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/leads"
)

const pdf = "%PDF-1.7\n"

// keptFiles is a connectors.Files in memory.
type keptFiles struct {
	mu   sync.Mutex
	all  map[string]string // content by id
	fail int
}

func (k *keptFiles) Keep(_ context.Context, externalID string, n int, name string, content io.Reader) (leads.Attachment, error) {
	b, err := io.ReadAll(content)
	if err != nil {
		return leads.Attachment{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail > 0 {
		k.fail--
		return leads.Attachment{}, errors.New("the disk is full")
	}
	if k.all == nil {
		k.all = map[string]string{}
	}
	id := fmt.Sprintf("%s/%d/%x", externalID, n, sha256.Sum256(b))
	k.all[id] = string(b)
	return leads.Attachment{ID: id, Name: name, Type: "application/pdf", Size: int64(len(b))}, nil
}

func (k *keptFiles) Open(_ context.Context, id string) (io.ReadCloser, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if c, ok := k.all[id]; ok {
		return io.NopCloser(strings.NewReader(c)), nil
	}
	return nil, fs.ErrNotExist
}

// newFileSite is a form that takes files.
func newFileSite(t *testing.T, settings string) (*site, *keptFiles) {
	t.Helper()
	s, kept := newSite(t, settings), &keptFiles{}
	s.form.files = kept
	return s, kept
}

// parcel makes a multipart body of name, value, name, value …; a name such as
// "file:plan.pdf" is a file's.
func parcel(t *testing.T, pairs ...string) (body, kind string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		input, name, isFile := strings.Cut(pairs[i], ":")
		w, err := m.CreateFormField(input)
		if isFile {
			w, err = m.CreateFormFile(input, name)
		}
		if err == nil {
			_, err = io.WriteString(w, pairs[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), m.FormDataContentType()
}

func TestFilesAreKept(t *testing.T) {
	s, kept := newFileSite(t, "files: {count: 2}")
	body, kind := parcel(t, "phone", "89161234567", "file:plan.pdf", pdf+"1", "file:", "", `photo:C:\dir\a.png`, "\x89PNG\r\n\x1a\n2")
	for range 2 {
		if w := s.post(kind, body, "Idempotency-Key", "k", "Accept", "application/json"); w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	touch := s.inbox.Touches()[0]
	if len(s.inbox.Keys()) != 1 || len(touch.Attachments) != 2 || touch.Text != "" {
		t.Fatalf("%+v", touch)
	}
	if a := touch.Attachments; a[0].Name != "plan.pdf" || a[1].Name != "a.png" || kept.all[a[0].ID] != pdf+"1" || len(kept.all) != 2 {
		t.Errorf("kept %v as %+v", kept.all, a)
	}
	if left, err := os.ReadDir(s.form.folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if n := s.form.receiving.Taken(); n != 0 {
		t.Errorf("%d places are not given back", n)
	}
	// A form that has nothing but a file is one, too, and a file that differs makes another post.
	s, _ = newFileSite(t, "files: {count: 1}\nrequire: []")
	for _, content := range []string{pdf + "1", pdf + "2", pdf + "2"} {
		body, kind := parcel(t, "file:plan.pdf", content)
		if w := s.post(kind, body); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if keys := s.inbox.Keys(); len(keys) != 2 {
		t.Errorf("keys %q", keys)
	}
}

func TestWhatIsWrongWithAFileIsSaid(t *testing.T) {
	megabyte := strings.Repeat("x", 1<<20)
	for name, c := range map[string]struct {
		settings string
		files    []string
		want     string
	}{
		"a program":           {"files: {count: 3}", []string{"file:plan.exe", "MZ\x90\x00\x03"}, "Files like “plan.exe” cannot be sent. You can send: JPEG, PNG"},
		"a program's new hat": {"files: {count: 3}", []string{"file:plan.pdf", "MZ\x90\x00\x03"}, "“plan.pdf” cannot be sent"},
		"a page":              {"files: {count: 3}", []string{"file:a.txt", "<html><script>"}, "“a.txt” cannot be sent"},
		"a drawing":           {"files: {count: 3}", []string{"file:a.png", `<?xml version="1.0"?><svg/>`}, "“a.png” cannot be sent"},
		"an archive":          {"files: {count: 3}", []string{"file:a.zip", "PK\x03\x04"}, "“a.zip” cannot be sent"},
		"too large":           {"files: {count: 3, each_mb: 1, total_mb: 5}", []string{"file:plan.pdf", pdf + megabyte}, "The file “plan.pdf” is larger than 1 MB."},
		"too large together":  {"files: {count: 3, each_mb: 1, total_mb: 1}", []string{"file:a.txt", megabyte, "file:b.txt", "x"}, "larger than 1 MB together"},
		"too many":            {"files: {count: 1}", []string{"file:a.txt", "x", "file:b.txt", "y"}, "Choose 1 files at most"},
		"empty":               {"files: {count: 1}", []string{"file:a.txt", ""}, "“a.txt” is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			s, kept := newFileSite(t, c.settings)
			body, kind := parcel(t, append([]string{"phone", "89161234567"}, c.files...)...)
			w := s.post(kind, body, "Accept", "application/json", "Accept-Language", "en", "Sec-Fetch-Site", "cross-site")
			p := problemOf(t, w)
			if w.Code != 422 || p.Field != "files" || !strings.Contains(p.Detail, c.want) || p.Errors[0].Input != "file" {
				t.Errorf("%d %+v, want %q", w.Code, p, c.want)
			}
			if len(kept.all) > 0 || s.inbox.Puts() > 0 {
				t.Error("something of it is kept")
			}
		})
	}
	s, _ := newFileSite(t, "files: {count: 1, each_mb: 1, total_mb: 1}")
	body, kind := parcel(t, "phone", "89161234567", "file:a.txt", strings.Repeat("x", 40<<20))
	if w := s.post(kind, body, "Accept", "application/json"); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("far too large: %d", w.Code)
	}
}

func TestFilesThatCannotBeKept(t *testing.T) {
	s, kept := newFileSite(t, "files: {count: 1}")
	body, kind := parcel(t, "phone", "89161234567", "file:plan.pdf", pdf)
	kept.fail = 1
	if w := s.post(kind, body, "Idempotency-Key", "k"); w.Code != 503 || w.Header().Get("Retry-After") == "" || s.inbox.Puts() > 0 {
		t.Errorf("%d after %d Puts", w.Code, s.inbox.Puts())
	}
	var others []func()
	for i := range maxReceiving {
		release, ok := s.form.receiving.Take(fmt.Sprintf("198.51.100.%d", i))
		if !ok {
			t.Fatalf("%d places are taken already", i)
		}
		others = append(others, release)
	}
	if w := s.post(kind, body, "Idempotency-Key", "k"); w.Code != 503 {
		t.Errorf("while others send: %d", w.Code)
	}
	if w := s.post(asForm, good); w.Code != http.StatusSeeOther {
		t.Errorf("a form without files meanwhile: %d", w.Code)
	}
	for _, release := range others {
		release()
	}
	if w := s.post(kind, body, "Idempotency-Key", "k"); w.Code != http.StatusSeeOther {
		t.Errorf("again: %d", w.Code)
	}
	// A robot's files are kept with it, as far as they are such as are taken.
	body, kind = parcel(t, "phone", "89161234567", "_hp", "x", "file:a.exe", "MZ\x90\x00\x03")
	if w := s.post(kind, body, "Idempotency-Key", "r"); w.Code != http.StatusSeeOther || len(kept.all) != 1 {
		t.Errorf("%d, kept %v", w.Code, kept.all)
	}
}

func TestKindOf(t *testing.T) {
	for name, c := range map[string]struct{ head, file, want string }{
		"docx":   {"PK\x03\x04", "a.DOCX", officeType},
		"zip":    {"PK\x03\x04", "a.zip", "application/zip"},
		"doc":    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", officeType},
		"msi":    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.msi", "application/octet-stream"},
		"heic":   {"\x00\x00\x00\x18ftypheic\x00\x00", "a.heic", "image/heic"},
		"jpeg":   {"\xff\xd8\xff", "a.exe", "image/jpeg"},
		"text":   {"Добрый день", "a.txt", "text/plain"},
		"empty":  {"", "a.pdf", "text/plain"},
		"macros": {"PK\x03\x04", "a.docm", "application/zip"},
	} {
		if got := kindOf([]byte(c.head), c.file); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if l := (fileLimits{Types: []string{"image/*", "application/pdf"}}); !l.allows("image/png") || l.allows("application/zip") || l.allows("imagery/png") {
		t.Error("groups of types")
	}
}

func FuzzUpload(f *testing.F) {
	f.Add("--b\r\nContent-Disposition: form-data; name=phone\r\n\r\n89161234567\r\n--b\r\nContent-Disposition: form-data; name=f; filename=\"a.pdf\"\r\n\r\n%PDF\r\n--b--\r\n")
	f.Add("--b\r\nContent-Disposition: form-data; filename=\"..\\\\..\\\\x\"\r\n\r\n\x89PNG\r\n--b\r\nContent-Disposition: form-data; name=f; filename=\"\"\r\n\r\n\r\n--b")
	f.Fuzz(func(t *testing.T, body string) {
		s := newSite(t, "per_minute: 0\nfiles: {count: 2, each_mb: 1, total_mb: 1}\nrequire: []\nspam: {points: 0}")
		kept := &keptFiles{}
		s.form.files = kept
		w := s.post("multipart/form-data; boundary=b", body, "Idempotency-Key", "k")
		if stored := w.Code < 400; w.Code >= 500 || stored != (s.inbox.Puts() == 1) {
			t.Errorf("status %d after %d Puts", w.Code, s.inbox.Puts())
		}
		for _, touch := range s.inbox.Touches() {
			for _, a := range touch.Attachments {
				if _, ok := kept.all[a.ID]; !ok || strings.ContainsAny(a.Name, `/\`) {
					t.Errorf("attachment %+v", a)
				}
			}
		}
		if s.form.receiving.Taken() > 0 {
			t.Error("a place is not given back")
		}
	})
}

func TestConsent(t *testing.T) {
	const settings = "consent: {text: I agree to everything, link: https://www.example.com/privacy, version: '3', required: true}"
	post := func(settings, body string) (*site, int, problem) {
		s := newSite(t, settings)
		w := s.post(asForm, body, "Accept", "application/json", "Accept-Language", "en", "Referer", "https://www.example.com/order", "Sec-Fetch-Site", "cross-site")
		if w.Code == http.StatusOK {
			return s, w.Code, problem{}
		}
		return s, w.Code, problemOf(t, w)
	}
	s, code, p := post(settings, good+"&_consent=on&_consent_version=3")
	if code != 200 {
		t.Fatal(code, p)
	}
	want := leads.Consent{Text: "I agree to everything https://www.example.com/privacy", Version: "3", At: s.now, Page: "https://www.example.com/order"}
	if got := s.stored(); got.Consent == nil || *got.Consent != want || strings.Contains(got.Text, "consent") {
		t.Errorf("consent %+v, text %q", got.Consent, got.Text)
	}
	if s, code, _ := post(settings, good+"&_consent=on"); code != 200 || s.stored().Consent == nil {
		t.Error("a plain form, which names no version")
	}
	for body, says := range map[string]string{good: "Please tick this", good + "&_consent=": "Please tick this", good + "&_consent=on&_consent_version=2": "has changed"} {
		if s, code, p := post(settings, body); code != 422 || p.Field != "consent" || !strings.Contains(p.Detail, says) || s.inbox.Puts() > 0 {
			t.Errorf("%s: %d %+v", body, code, p)
		}
	}
	optional := strings.Replace(settings, ", required: true", "", 1)
	if s, code, _ := post(optional, good); code != 200 || s.stored().Consent != nil {
		t.Error("one that need not be given")
	}
	if s, code, _ := post("", good+"&_consent=on"); code != 200 || s.stored().Consent != nil {
		t.Error("one that nobody asked for")
	}
}

func TestMoreSettingsAreChecked(t *testing.T) {
	for settings, want := range map[string]string{
		"files: {count: -1}":                                 "files.count",
		"files: {count: 21}":                                 "files.count",
		"files: {count: 1, each_mb: 30}":                     "files.total_mb",
		"files: {count: 1, each_mb: 0}":                      "files.total_mb",
		"files: {count: 1, types: []}":                       "files.types",
		"files: {count: 1, types: [pdf]}":                    "files.types",
		"files: {count: 1, types: ['*/*']}":                  "files.types",
		"consent: {version: '1'}":                            "consent.text",
		"consent: {text: I agree}":                           "consent.version",
		"consent: {text: I agree, version: '1', link: '/x'}": "consent.link",
		"spam: {points: -1}":                                 "spam",
		"spam: {same_text: 1}":                               "spam.same_text",
		"spam: {phrases: ['']}":                              "spam.phrases",
		"proof: {bits: 40}":                                  "proof.bits",
		"proof: {without: perhaps}":                          "proof.without",
		"callback: {hours: [always]}":                        "callback.hours",
		"callback: {days: 0}":                                "callback.days",
		"proof: {secret: short}":                             "proof.secret",
	} {
		if _, err := open(connectortest.Env(t, "site", settings)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one that names %s", settings, err, want)
		}
	}
}
