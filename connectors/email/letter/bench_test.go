package letter_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"ctihub/connectors/email/letter"
	"ctihub/connectors/email/mailtest"
)

// corpus returns the mails of testdata.
func corpus(tb testing.TB) (mails [][]byte) {
	tb.Helper()
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil {
		tb.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		mails = append(mails, b)
	}
	return mails
}

// Mails that are read at the same time do not get into each other's way.
func TestReadInParallel(t *testing.T) {
	mails := corpus(t)
	read := func(mail []byte) string {
		touch, err := letter.Read(bytes.NewReader(mail), ours())
		return written(summary(touch, err, ""))
	}
	var want []string
	for _, mail := range mails {
		want = append(want, read(mail))
	}
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for i, mail := range mails {
				if got := read(mail); got != want[i] {
					t.Errorf("mail %d\ngot  %s\nwant %s", i, got, want[i])
				}
			}
		})
	}
	readers.Wait()
}

// BenchmarkRead reads the mail of 2.4 kB of BenchmarkMail in cmd/ctihub/bench, and the mails of the
// corpus: enquiries, answers, forms and reports in eight languages.
func BenchmarkRead(b *testing.B) {
	for name, mails := range map[string][][]byte{"plain": {mailtest.MailFrom(1, 1, 40)}, "corpus": corpus(b)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := letter.Read(bytes.NewReader(mails[i%len(mails)]), ours()); err != nil && len(mails) == 1 {
					b.Fatal(err)
				}
			}
		})
	}
}
