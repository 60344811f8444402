package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/emersion/go-imap/v2"

	"ctihub/leads"
)

// inWords says what is wrong with a server and what to do about it.
func inWords(s *server, err error) error {
	var dns *net.DNSError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var expired x509.CertificateInvalidError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var login loginError
	var said *imap.Error
	address := s.address()
	switch {
	case errors.As(err, &login) && s.OAuth != nil:
		return leads.Because(leads.FaultSetup, fmt.Errorf("%s refused the access token: is username the account that granted it, and does the grant cover mail? (%w)", address, err))
	case errors.As(err, &login):
		return leads.Because(leads.FaultSetup, fmt.Errorf("%s refused the user name or the password: check username and password_file; many providers want a password made for programs, and IMAP switched on in the account (%w)", address, err))
	case errors.As(err, &dns):
		return fmt.Errorf("the name %s is not known: check host (%w)", dns.Name, err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nothing listens at %s: check host and port (%w)", address, err)
	case errors.As(err, &expired) && expired.Reason == x509.Expired:
		return fmt.Errorf("the certificate of %s has expired or is not valid yet: have it renewed, and compare the clocks (%w)", address, err)
	case errors.As(err, &host):
		return fmt.Errorf("the certificate of %s is for another name: put the name that it was issued for into host (%w)", address, err)
	case errors.As(err, &authority), errors.As(err, &certificate):
		return fmt.Errorf("the certificate of %s is not trusted: give its authority as ca_file (%w)", address, err)
	case errors.As(err, &record):
		return fmt.Errorf("%s does not begin with TLS: set tls: starttls, or the port for TLS (%w)", address, err)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fmt.Errorf("there is no way to %s: check the network (%w)", address, err)
	case errors.Is(err, errSilent), errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return fmt.Errorf("%s does not answer: are host and port right, does the setting tls fit, and is the firewall open? (%w)", address, err)
	case errors.As(err, &said):
		return fmt.Errorf("%s refuses: %w", address, err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, net.ErrClosed):
		return fmt.Errorf("the connection to %s was lost (%w)", address, err)
	}
	return err
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// noFolder says that a folder is missing, and which there are.
func noFolder(folder string, there []string, err error) error {
	if len(there) == 0 {
		return fmt.Errorf("the folder %q cannot be opened (%w)", folder, err)
	}
	slices.Sort(there)
	more := ""
	if len(there) > 30 {
		there, more = there[:30], " …"
	}
	return fmt.Errorf("there is no folder %q: correct folders or sent; there are %s%s (%w)", folder, strings.Join(there, ", "), more, err)
}

// health merges the health of all folders into one report.
type health struct {
	report   func(error)
	mu       sync.Mutex
	state    map[string]error // by folder; nil: it is being read
	folders  int              // folders
	last     string           // text of the last report
	reported bool
}

func newHealth(report func(error), of int) *health {
	return &health{report: report, state: map[string]error{}, folders: of}
}

// set sets the health of a folder and reports a change of the whole.
func (h *health) set(folder string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.state[folder] = err
	var bad []string
	for f, e := range h.state {
		if e != nil {
			bad = append(bad, f)
		}
	}
	slices.Sort(bad)
	if len(bad) == 0 {
		if len(h.state) == h.folders && (!h.reported || h.last != "") {
			h.reported, h.last = true, ""
			h.report(nil)
		}
		return
	}
	sum := fmt.Errorf("%s: %w", bad[0], h.state[bad[0]])
	if n := len(bad) - 1; n > 0 {
		sum = fmt.Errorf("%w; and %d more of %d folders cannot be read", sum, n, h.folders)
	}
	if !h.reported || h.last != sum.Error() {
		h.reported, h.last = true, sum.Error()
		h.report(sum)
	}
}
