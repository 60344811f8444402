package vendors

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"

	"ctihub/leads"
)

// Unanswered says in words why a request to a vendor got no answer, without the address, which
// may hold a secret. The error wraps [leads.ErrNotSent] if certainly nothing of the request has
// reached the vendor: its name cannot be resolved, it cannot be dialled, or its certificate was
// refused.
func Unanswered(vendor string, err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	var dns *net.DNSError
	var op *net.OpError
	var network net.Error
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &dns):
		return fmt.Errorf("the name of %s cannot be resolved: check the network and the DNS of this machine (%w)", vendor, leads.ErrNotSent)
	case errors.As(err, &authority), errors.As(err, &host), errors.As(err, &certificate):
		return fmt.Errorf("the certificate of %s is not trusted: name the file of its authority in ca_file, or install it on this machine (%w)", vendor, leads.ErrNotSent)
	case errors.As(err, &op) && op.Op == "dial":
		return fmt.Errorf("%s cannot be reached: check the network and the firewall of this machine (%w)", vendor, leads.ErrNotSent)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return fmt.Errorf("%s did not answer in time", vendor)
	}
	return fmt.Errorf("the connection to %s broke before its answer came", vendor)
}
