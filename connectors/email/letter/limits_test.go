package letter

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

// endless repeats a text up to a length.
type endless struct {
	text string
	left int64
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), e.left)], e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	e.left -= int64(n)
	return n, nil
}

const top = "From: Anna <anna@customer.example>\r\nTo: sales@firm.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"

// peak reads a mail and returns by how much the heap grew meanwhile, at most.
func peak(t *testing.T, r io.Reader, o Options) (leads.Touch, uint64) {
	t.Helper()
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, most, n := m.HeapAlloc, uint64(0), 0
	o.Keep = func(i int, name string, content io.Reader) (leads.Attachment, error) {
		buf, size := make([]byte, 32<<10), int64(0)
		for {
			k, err := content.Read(buf)
			size += int64(k)
			if n++; n%2000 == 0 {
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
			if err == io.EOF {
				return leads.Attachment{ID: fmt.Sprint(i), Name: name, Size: size}, nil
			}
			if err != nil {
				return leads.Attachment{}, fmt.Errorf("keeping: %w", err)
			}
		}
	}
	touch, err := Read(r, o)
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&m)
	return touch, max(most, m.HeapAlloc) - min(before, max(most, m.HeapAlloc))
}

func TestHugeMailNeedsLittleMemory(t *testing.T) {
	const bound = 16 << 20
	line := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("%PDF-1.4 "), 6)) + "\r\n"
	files := func(total int64, count int) io.Reader {
		all := []io.Reader{strings.NewReader(top + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n")}
		for i := range count {
			encoding := []string{"base64", "8bit"}[min(i, 1)]
			all = append(all, strings.NewReader("--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: "+encoding+"\r\n\r\n"), &endless{text: line, left: total / int64(count) / int64(len(line)) * int64(len(line))})
		}
		return io.MultiReader(append(all, strings.NewReader("--b--\r\n"))...)
	}
	touch, used := peak(t, files(72<<20, 2), Options{})
	if len(touch.Attachments) != 2 || touch.Attachments[1].ID != "1" || touch.Text != "Hello" || touch.Attachments[0].Size < 26<<20 {
		t.Errorf("two files of 36 MB: %+v", touch.Attachments)
	}
	if used > bound {
		t.Errorf("%d MB of memory for files", used>>20)
	}
	t.Logf("files: %d KB", used>>10)
	touch, used = peak(t, io.MultiReader(strings.NewReader(top+"Content-Type: text/html\r\n\r\n"), &endless{text: "<p>one more line</p>\r\n", left: 20 << 20}), Options{})
	if len(touch.Attachments) != 1 || touch.Attachments[0].Name != "message.html" || touch.Attachments[0].Size != 20<<20 || len(touch.Text) < 100_000 {
		t.Errorf("a huge text: %+v, %d bytes of text", touch.Attachments, len(touch.Text))
	}
	if used > 2*bound {
		t.Errorf("%d MB of memory for a huge text", used>>20)
	}
	t.Logf("text: %d KB", used>>10)
	_, used = peak(t, io.MultiReader(strings.NewReader(top+"\r\n"), &endless{text: "x", left: 20 << 20}), Options{}) // one line
	if used > bound {
		t.Errorf("%d MB of memory for one line", used>>20)
	}
}

func TestBombsAreUnreadable(t *testing.T) {
	for name, mail := range map[string]io.Reader{
		"a header without an end": io.MultiReader(strings.NewReader(top+"X: "), &endless{text: "x", left: 90 << 20}),
		"folded without an end":   io.MultiReader(strings.NewReader(top+"X: "), &endless{text: "\r\n x", left: 90 << 20}),
		"10,000 parts":            io.MultiReader(strings.NewReader(top+"Content-Type: multipart/mixed; boundary=b\r\n\r\n"), &endless{text: "--b\r\n\r\nx\r\n", left: 10_000 * 10}),
		"200 deep":                strings.NewReader(top + strings.Repeat("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 200)),
		"bytes of chance":         strings.NewReader("\x00\x01\xff\xfe:\r\n\r\n"),
	} {
		touch, err := Read(mail, Options{})
		if !errors.Is(err, Unreadable) {
			t.Errorf("%s: %v", name, err)
		}
		if len(touch.Raw) == 0 || len(touch.Raw) > leads.RawLimit {
			t.Errorf("%s: %d bytes of it are kept", name, len(touch.Raw))
		}
	}
}

// A slow parser fails here: each text takes far less than a second,
// and under the race detector on a busy machine some seconds.
func TestHostileTextsAreReadInTime(t *testing.T) {
	for _, text := range []string{
		"From: x\n", "--\n", "> \n", "-- \nx\n", "2020 On\n", "On 1.1.2020 x@y.example,\n", "=?utf-8?q?", "=?a?b?x", "<", "<div>", "<blockquote>", "</div>", "<td>", "&", "Телефон: 1\n",
		"a@", "+7 9", "С уважением\n", ",a", "a,", "(", ":", "<a@b.example>", "%D0", ";x*1=", "\x01", "From: x\nTo: y\nDate: z\n", "-----Original Message-----\n", "\n",
		"-----\n", "From: a@b.example\nDate: 1.1.2020 10:00\n", "From: \n", "АС> x\n", "> http://a.example/\n", "> (http://a.example/?\na=b&", "On 1.1.2020,\n", "С уважением,\nАнна\n", "Sent from my iPhone\n",
		"<blockquote>x</blockquote>y<br>", "x On Fri, 1.1.2020 wrote:\n", "Кому: x;\n", "*\n", "1.1.2020 10:00 <a@b.example>:\n", "Avast logo\n\n", "x\nwww.a.example\n", "--x\nContent-Type: y\n\n",
	} {
		long := strings.Repeat(text, 10_000/len(text))
		for _, mail := range []string{
			top + "Content-Type: text/plain\r\n\r\n" + long,
			top + "Content-Type: text/html\r\n\r\n" + long,
			"From: " + strings.ReplaceAll(long, "\n", " ") + "\r\nTo: sales@firm.example\r\n\r\n",
			"Subject: fwd: " + strings.ReplaceAll(long, "\n", "\n ") + "\r\nFrom: petr@firm.example\r\nContent-Disposition: x;" + strings.ReplaceAll(long[:min(len(long), 5_000)], "\n", " ") + "\r\n\r\n" + long,
		} {
			begin := time.Now()
			if _, err := Read(strings.NewReader(mail), Options{Own: []string{"@firm.example"}, Region: "RU"}); err != nil && !errors.Is(err, Unreadable) {
				t.Errorf("%q: %v", text, err)
			}
			if took := time.Since(begin); took > time.Minute {
				t.Errorf("%q takes %v", text, took)
			}
		}
	}
}

var errDisk = errors.New("the disk is full")

func TestOutageIsNoVerdict(t *testing.T) {
	const mail = top + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--b--\r\n"
	for name, keep := range map[string]func(int, string, io.Reader) (leads.Attachment, error){
		"at once": func(int, string, io.Reader) (leads.Attachment, error) { return leads.Attachment{}, errDisk },
		"later": func(_ int, _ string, r io.Reader) (leads.Attachment, error) {
			_, err := io.ReadAll(r)
			return leads.Attachment{}, errors.Join(err, errDisk)
		},
	} {
		if _, err := Read(strings.NewReader(mail), Options{Keep: keep}); !errors.Is(err, errDisk) || errors.Is(err, Unreadable) {
			t.Errorf("Keep fails %s: %v", name, err)
		}
	}
	broken := errors.New("the connection broke")
	for n := range len(mail) {
		r := io.MultiReader(strings.NewReader(mail[:n]), failing{broken})
		kept := 0
		_, err := Read(r, Options{Keep: func(_ int, _ string, r io.Reader) (leads.Attachment, error) {
			if _, err := io.ReadAll(r); err != nil {
				return leads.Attachment{}, errDisk // as the store fails
			}
			kept++
			return leads.Attachment{}, nil
		}})
		if err != broken { //nolint:errorlint // exactly this
			t.Fatalf("broken after %d bytes: %v", n, err)
		}
	}
	lazy := func(int, string, io.Reader) (leads.Attachment, error) { return leads.Attachment{ID: "known"}, nil }
	touch, err := Read(strings.NewReader(mail+"--b\r\n"), Options{Keep: lazy})
	if err != nil || touch.Text != "Hello" || len(touch.Attachments) != 1 || touch.Attachments[0].ID != "known" {
		t.Errorf("what Keep does not read is read past: %+v, %v", touch, err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
