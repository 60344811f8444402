package engine

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"syscall"

	"ctihub/leads"
)

// faultOf returns the code of a source's error. A connector marks a refusal of its
// password, token or rights by [leads.Because] with [leads.FaultSetup], and rate
// limiting with [leads.FaultBusy]; network errors must be wrapped.
func faultOf(err error) leads.SourceFault {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		host        x509.HostnameError
		invalid     x509.CertificateInvalidError
		timeout     net.Error
	)
	noted, _ := leads.FaultOf(err)
	switch {
	case noted == leads.FaultSetup:
		return leads.SourceDenied
	case noted == leads.FaultBusy:
		return leads.SourceBusy
	case errors.As(err, &dns):
		return leads.SourceUnknownName
	case errors.Is(err, syscall.ECONNREFUSED):
		return leads.SourceNotListening
	case errors.As(err, &certificate), errors.As(err, &authority), errors.As(err, &host), errors.As(err, &invalid):
		return leads.SourceCertificate
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return leads.SourceNoRoute
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return leads.SourceSilent
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return leads.SourceLost
	}
	return leads.SourceOther
}
