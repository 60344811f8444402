package asterisk

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"

	"ctihub/leads"
)

// Faults that the link detects itself.
var (
	errReplaced   = errors.New("another program connected to the exchange under the same application name, so this hub heard nothing more: give each hub its own \"app\"")
	errNoEvents   = errors.New("the exchange accepts the connection but delivers no events: look for a second program with the same \"app\", or for an overloaded Asterisk")
	errNoPong     = errors.New("the exchange stopped answering on the event socket: is the network or the machine overloaded?")
	errNoLinkedid = errors.New("the exchange does not tell which channels belong together: add channelvars=CHANNEL(linkedid),CHANNEL(hangupsource),CALLERID(dnid),MIXMONITOR_FILENAME to [general] of ari.conf and reload")
)

// inWords explains an error to the administrator and says what to do.
func (r *rest) inWords(err error) error {
	var status statusError
	var dns *net.DNSError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var certificate *tls.CertificateVerificationError
	address := r.base.Host
	switch {
	case err == nil, errors.Is(err, errReplaced), errors.Is(err, errNoEvents), errors.Is(err, errNoPong), errors.Is(err, errNoLinkedid):
		return err
	case errors.As(err, &status) && (int(status) == http.StatusUnauthorized || int(status) == http.StatusForbidden):
		return leads.Because(leads.FaultSetup, fmt.Errorf("%s (%w)", r.refusal(int(status)), status))
	case errors.As(err, &status):
		return fmt.Errorf("%s (%w)", r.refusal(int(status)), status)
	case errors.As(err, &dns):
		return fmt.Errorf("the name %s is not known: check url (%w)", dns.Name, err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nothing listens at %s: is Asterisk running, and enabled=yes with this bindaddr and bindport in http.conf? (%w)", address, err)
	case errors.As(err, &authority), errors.As(err, &host), errors.As(err, &certificate):
		return fmt.Errorf("the certificate of %s is not trusted: install its authority on this machine, or use the name that it was issued for (%w)", address, err)
	case errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Errorf("%s does not speak TLS: use http:// in url, or the tlsbindaddr of http.conf (%w)", address, err)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s does not answer: is the address right and open in the firewall? (%w)", address, err)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fmt.Errorf("there is no way to %s: check the network (%w)", address, err)
	}
	return fmt.Errorf("the connection to the exchange at %s was lost (%w)", address, err)
}

func (r *rest) refusal(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "the exchange refused the user name or the password: compare them with the user in ari.conf"
	case http.StatusForbidden:
		return "the exchange forbids it: set read_only=no for the user in ari.conf, or check the acl"
	case http.StatusNotFound:
		return "there is no ARI at " + r.base.String() + ": set enabled=yes in ari.conf, load res_ari, and check the prefix in http.conf"
	case http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout:
		return "Asterisk is not ready or refuses more connections: see sessionlimit in http.conf"
	}
	return "the exchange refused the request"
}
