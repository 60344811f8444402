// Package mailtest gives tests a real IMAP server, Debian's Dovecot, and a real
// receiver of SMTP.
//
//	d := mailtest.Start(t)
//	d.Deliver("info", "INBOX", mailtest.Mail(1))
//
// Any user name with the password [Password] has an account.
package mailtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Password is that of every account.
const Password = "secret"

// Patience is how long the package waits for an expected event.
const Patience = 2 * time.Minute

// Options change the server.
type Options struct {
	NoIdle     bool   // without IDLE
	Introspect string // address for the introspection of access tokens; empty: no OAuth
}

// Dovecot is a running server on addresses of its own.
type Dovecot struct {
	Host    string // a loopback address
	Port    int    // plain, and STARTTLS
	TLSPort int
	CA      string // PEM of the authority that signed the certificate, for Host and "localhost"

	tb      testing.TB
	dir     string
	options Options
	uid     int
	cmd     *exec.Cmd
	ended   chan struct{}
}

// Start starts a server, which ends with the test.
func Start(tb testing.TB, options ...Options) *Dovecot {
	tb.Helper()
	if _, err := exec.LookPath("/usr/sbin/dovecot"); err != nil {
		tb.Fatal("this test needs Dovecot: apt-get install -y dovecot-imapd")
	}
	dir, err := os.MkdirTemp("", "dovecot") //nolint:usetesting // the path of the test's own folder is too long for sockets, and closed to others
	if err != nil {
		tb.Fatal(err)
	}
	d := &Dovecot{tb: tb, dir: dir, uid: os.Getuid()}
	if d.uid == 0 {
		d.uid = 65534 // Dovecot serves no mail as root
	}
	for _, o := range options {
		d.options = o
	}
	pid := os.Getpid()
	d.Host = fmt.Sprintf("127.%d.%d.%d", 1+pid/253/256%200, pid/253%256, 1+pid%253)
	d.Port, d.TLSPort = freePort(tb, d.Host), freePort(tb, d.Host)
	cert, key, ca := certificate(tb, d.Host)
	d.CA = ca
	d.write("cert.pem", cert)
	d.write("key.pem", key)
	d.write("oauth2.conf", "introspection_url = "+d.options.Introspect+"\nintrospection_mode = post\nactive_attribute = active\nactive_value = true\nusername_attribute = username\n")
	d.write("dovecot.conf", d.config())
	mail := filepath.Join(dir, "mail")
	for _, step := range []error{os.Chmod(dir, 0o755), os.Mkdir(mail, 0o755), d.own(mail)} {
		if step != nil {
			tb.Fatal(step)
		}
	}
	d.Run()
	tb.Cleanup(func() {
		d.Stop()
		if tb.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			tb.Logf("Dovecot's log ends with:\n%s", log[max(0, len(log)-3000):])
		}
		_ = os.RemoveAll(dir)
	})
	return d
}

func (d *Dovecot) write(name, text string) {
	d.tb.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o644); err != nil {
		d.tb.Fatal(err)
	}
}

// own gives a file to the system user of the mail server.
func (d *Dovecot) own(path string) error {
	if os.Getuid() != 0 {
		return nil
	}
	return os.Chown(path, d.uid, d.uid)
}

func (d *Dovecot) config() string {
	users, capability, oauth := "", "", ""
	if os.Getuid() != 0 {
		me := os.Getenv("USER")
		users = fmt.Sprintf("default_internal_user = %s\ndefault_login_user = %s\n", me, me)
		for _, s := range []string{"imap-login", "anvil", "stats", "auth-worker"} {
			users += "service " + s + " {\n  chroot =\n}\n"
		}
	}
	if d.options.NoIdle {
		capability = "imap_capability = IMAP4rev1 SASL-IR LITERAL+ ENABLE NAMESPACE UIDPLUS ESEARCH MOVE SPECIAL-USE\n"
	}
	mechanisms := "plain login"
	if d.options.Introspect != "" {
		mechanisms += " xoauth2 oauthbearer"
		oauth = "passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = " + d.dir + "/oauth2.conf\n}\n"
	}
	return strings.NewReplacer("DIR", d.dir, "HOST", d.Host, "UID", fmt.Sprint(d.uid), "PORT", fmt.Sprint(d.Port), "TLS", fmt.Sprint(d.TLSPort), "MECHANISMS", mechanisms).Replace(`
base_dir = DIR/run
state_dir = DIR/run
log_path = DIR/log
protocols = imap
listen = HOST
ssl = yes
ssl_cert = <DIR/cert.pem
ssl_key = <DIR/key.pem
disable_plaintext_auth = no
auth_mechanisms = MECHANISMS
auth_failure_delay = 0
mail_location = maildir:DIR/mail/%u
mail_max_userip_connections = 1000
maildir_very_dirty_syncs = no
first_valid_uid = 1
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = create
    special_use = \Sent
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  inet_listener imap {
    port = PORT
  }
  inet_listener imaps {
    port = TLS
    ssl = yes
  }
}
`) + users + capability + oauth + `
passdb {
  driver = static
  args = password=` + Password + `
}
userdb {
  driver = static
  args = uid=` + fmt.Sprint(d.uid) + ` gid=` + fmt.Sprint(d.uid) + ` home=` + d.dir + `/mail/%u
}
`
}

// Run starts the server again after Stop.
func (d *Dovecot) Run() {
	d.tb.Helper()
	var said bytes.Buffer
	cmd := exec.CommandContext(context.Background(), "/usr/sbin/dovecot", "-F", "-c", filepath.Join(d.dir, "dovecot.conf"))
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		d.tb.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	d.cmd, d.ended = cmd, ended
	late := time.After(Patience)
	for {
		c, err := new(net.Dialer).DialContext(context.Background(), "tcp", d.Address())
		if err == nil {
			_ = c.Close()
			return
		}
		select {
		case <-ended:
			log, _ := os.ReadFile(filepath.Join(d.dir, "log"))
			d.tb.Fatalf("Dovecot does not start: %s%s", said.String(), log)
		case <-late:
			d.tb.Fatalf("Dovecot does not listen: %v %s", err, said.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Stop ends the server and every connection to it.
func (d *Dovecot) Stop() {
	if d.cmd == nil {
		return
	}
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-d.ended:
	case <-time.After(300 * time.Millisecond): // it waits long for idle clients
	}
	_ = syscall.Kill(-d.cmd.Process.Pid, syscall.SIGKILL) // the whole group
	<-d.ended
	d.cmd = nil
}

// Address is host:port without TLS.
func (d *Dovecot) Address() string { return net.JoinHostPort(d.Host, strconv.Itoa(d.Port)) }

// folder returns the path of a maildir.
func (d *Dovecot) folder(user, folder string) string {
	if folder == "INBOX" {
		return filepath.Join(d.dir, "mail", user)
	}
	return filepath.Join(d.dir, "mail", user, "."+strings.ReplaceAll(folder, "/", "."))
}

var delivered atomic.Int64

// Deliver puts a mail into a folder, as a local delivery agent does.
func (d *Dovecot) Deliver(user, folder string, mail []byte) {
	d.tb.Helper()
	d.DeliverFrom(user, folder, func(f *os.File) error {
		_, err := f.Write(mail)
		return err
	})
}

// DeliverFrom is Deliver of a mail that a function writes.
func (d *Dovecot) DeliverFrom(user, folder string, write func(*os.File) error) {
	d.tb.Helper()
	dir := d.folder(user, folder)
	for _, sub := range []string{"", "tmp", "cur", "new"} {
		path := filepath.Join(dir, sub)
		if err := os.Mkdir(path, 0o700); err == nil {
			err = d.own(path)
			if err != nil {
				d.tb.Fatal(err)
			}
		} else if !errors.Is(err, os.ErrExist) {
			d.tb.Fatal(err)
		}
	}
	now := time.Now()
	name := fmt.Sprintf("%d.M%dP%dQ%d.test", now.Unix(), now.Nanosecond()/1000, os.Getpid(), delivered.Add(1))
	path := filepath.Join(dir, "tmp", name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		d.tb.Fatal(err)
	}
	err = errors.Join(write(f), f.Close(), d.own(path), os.Rename(path, filepath.Join(dir, "new", name)))
	if err != nil {
		d.tb.Fatal(err)
	}
}

// Renumber gives the mails of a folder new UIDs under another UIDVALIDITY, as after a restore.
func (d *Dovecot) Renumber(user, folder string) {
	d.tb.Helper()
	d.Stop()
	dir := d.folder(user, folder)
	for _, name := range []string{"dovecot-uidlist", "dovecot-uidvalidity*", "dovecot.index*"} {
		found, _ := filepath.Glob(filepath.Join(dir, name))
		for _, path := range found {
			if err := os.Remove(path); err != nil {
				d.tb.Fatal(err)
			}
		}
	}
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second))) // UIDVALIDITY is the time in seconds
	d.Run()
}

func freePort(tb testing.TB, host string) int {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", host+":0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Newest returns the path of the last delivered mail that the server has not seen yet.
func (d *Dovecot) Newest(user, folder string) string {
	d.tb.Helper()
	found, _ := filepath.Glob(filepath.Join(d.folder(user, folder), "new", fmt.Sprintf("*Q%d.test", delivered.Load())))
	if len(found) != 1 {
		d.tb.Fatalf("the newest mail is %q", found)
	}
	return found[0]
}
