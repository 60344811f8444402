package email

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// wantsCopies reports whether a copy of each answer is put into the folder.
func (f *folder) wantsCopies() bool {
	return f.sent && f.set.SMTP != nil && f.set.SMTP.Copy == f.inbox.Name
}

// appendCopies appends the spooled copies to the folder, each once: one that is there
// already, from the provider or from before a crash, is found by Message-ID.
func (f *folder) appendCopies(l *link) error {
	dir := filepath.Join(f.smtpPath, "sent")
	waiting, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, w := range waiting {
		path := filepath.Join(dir, w.Name())
		id := f.messageID(strings.TrimSuffix(w.Name(), ".eml"))
		there, err := f.search(l, &imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Message-Id", Value: id}}})
		if err != nil {
			return err
		}
		if len(there) == 0 {
			if err := f.append(l, path); err != nil {
				return fmt.Errorf("putting a copy of an answer into the folder: %w", err)
			}
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}

func (f *folder) append(l *link, path string) error {
	mail, err := os.Open(path)
	if err != nil {
		return err
	}
	defer mail.Close()
	info, err := mail.Stat()
	if err != nil {
		return err
	}
	return l.do(func() error {
		cmd := l.Append(f.name, info.Size(), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}, Time: info.ModTime()})
		_, err := io.Copy(cmd, mail)
		if err != nil {
			l.conn.cut() // the rest is missing
		}
		if closing := cmd.Close(); err == nil {
			err = closing
		}
		_, said := cmd.Wait()
		return errors.Join(err, said)
	})
}
