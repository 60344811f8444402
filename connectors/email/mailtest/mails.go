package mailtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Mail returns the n-th mail, each from another person, of half a kilobyte.
func Mail(n int) []byte { return MailFrom(n, n, 2) }

// MailFrom returns the n-th mail, from a person of a number, with so many lines
// of 50 bytes.
func MailFrom(n, person, lines int) []byte {
	return fmt.Appendf(nil, "Received: from client.example (client.example [192.0.2.1])\r\n\tby mx.firm.example; Mon, 2 Nov 2026 10:00:00 +0300\r\n"+
		"Message-ID: <m%d@client.example>\r\nDate: Mon, 2 Nov 2026 10:00:%02d +0300\r\nFrom: Client %d <client%d@client.example>\r\nTo: info@firm.example\r\n"+
		"Subject: Question %d\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"+
		"Good day, what does item %d cost?\r\n%s\r\n", n, n%60, person, person, n, n, strings.Repeat("Сколько это стоит? How much is it?\r\n", lines))
}

// Large writes a mail with an attachment, of about so many bytes.
func Large(w io.Writer, n int, size int64) error {
	_, err := fmt.Fprintf(w, "Message-ID: <large%d@client.example>\r\nDate: Mon, 2 Nov 2026 10:00:00 +0300\r\nFrom: Client %d <client%d@client.example>\r\n"+
		"To: info@firm.example\r\nSubject: Large %d\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"+
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHere is the film.\r\n"+
		"--b\r\nContent-Type: application/octet-stream; name=\"film.bin\"\r\nContent-Disposition: attachment; filename=\"film.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\n", n, n, n, n)
	if err != nil {
		return err
	}
	line := []byte(strings.Repeat("QUJD", 19) + "\r\n")
	chunk := bytes.Repeat(line, 1000)
	for ; size > 0; size -= int64(len(chunk)) {
		if _, err := w.Write(chunk); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "--b--\r\n")
	return err
}

// Client returns a client that is signed in as a user. It ends with the test.
func (d *Dovecot) Client(user string) *imapclient.Client {
	d.tb.Helper()
	c, err := imapclient.DialInsecure(d.Address(), nil)
	if err != nil {
		d.tb.Fatal(err)
	}
	d.tb.Cleanup(func() { _ = c.Close() })
	if err := c.Login(user, Password).Wait(); err != nil {
		d.tb.Fatal(err)
	}
	return c
}

// Do fails the test if a command of a client failed.
func (d *Dovecot) Do(what interface{ Wait() error }) {
	d.tb.Helper()
	if err := what.Wait(); err != nil {
		d.tb.Fatal(err)
	}
}

// CreateAgain creates a deleted folder of a user. A session that had the folder open may still
// write an index file of it when it ends, for which Dovecot says that the folder exists: it is
// removed.
func (d *Dovecot) CreateAgain(c *imapclient.Client, user, folder string) {
	d.tb.Helper()
	for late := time.Now().Add(Patience); ; {
		err := c.Create(folder, nil).Wait()
		if err == nil {
			return
		}
		var refused *imap.Error
		if !errors.As(err, &refused) || refused.Code != imap.ResponseCodeAlreadyExists || time.Now().After(late) {
			d.tb.Fatal(err)
		}
		_ = os.RemoveAll(d.folder(user, folder)) // fails while the session writes; the next attempt finds out
	}
}

// Append puts a mail into a folder as a mail program does, with its own date
// of arrival.
func (d *Dovecot) Append(c *imapclient.Client, folder string, mail []byte, at time.Time) {
	d.tb.Helper()
	cmd := c.Append(folder, int64(len(mail)), &imap.AppendOptions{Time: at})
	_, err := cmd.Write(mail)
	if err == nil {
		err = cmd.Close()
	}
	if err == nil {
		_, err = cmd.Wait()
	}
	if err != nil {
		d.tb.Fatal(err)
	}
}
