package web

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ctihub/leads"
	"ctihub/leads/companies"
	"ctihub/leads/contacts"
	"ctihub/leads/pipeline"
	"ctihub/leads/replies"
	"ctihub/web/api"
)

// Codes of problems, as listed in openapi.yaml.
const (
	codeUnauthenticated = "unauthenticated"
	codeForbidden       = "forbidden"
	codeNotFound        = "not_found"
	codeInvalid         = "invalid"
	codeConflict        = "conflict"
	codeOutdated        = "outdated"
	codeThrottled       = "throttled"
	codeUnavailable     = "unavailable"
	codeInternal        = "internal"
)

// problemReasons are the codes of problems beside those of dials, which the workplace translates.
var problemReasons = []string{replies.ReasonUnknownPlaceholder, replies.ReasonOpenPlaceholder, contacts.ReasonIdentityTaken, pipeline.ReasonLeadOpen, leads.ReasonTooMany,
	pipeline.ReasonStageNeeds, pipeline.ReasonLeadsStand, pipeline.ReasonInTheWay, contacts.ReasonMergedSince,
	companies.ReasonTaxIDTaken, companies.ReasonDomainTaken, leads.ReasonNumberShared, companies.ReasonInUse}

// problem is an error that a client may see (RFC 9457).
type problem struct {
	status              int
	code, title, detail string
	field               string // that is wrong, empty if none is
	reason, value       string // code of the broken rule and the value that broke it; empty: none
	retry               int    // seconds of Retry-After, 0 for none
}

func (p *problem) Error() string { return p.title }

var (
	errNoRoute = &problem{status: http.StatusNotFound, code: codeNotFound, title: "There is nothing at this address",
		detail: "The API is described at /api/v1/openapi.yaml."}
	errNotFound = &problem{status: http.StatusNotFound, code: codeNotFound, title: "No such record",
		detail: "It does not exist, or it is not yours to see."}
	errUnauthenticated = &problem{status: http.StatusUnauthorized, code: codeUnauthenticated, title: "Not signed in",
		detail: "Sign in, or send a valid API token as Authorization: Bearer."}
	errCrossOrigin = &problem{status: http.StatusForbidden, code: codeForbidden, title: "Refused: the request comes from another website",
		detail: "Scripts authenticate with Authorization: Bearer instead of a cookie."}
	errConflict = &problem{status: http.StatusConflict, code: codeConflict, title: "Changed in the meantime",
		detail: "Read the record again and repeat the change."}
	errOtherUser = &problem{status: http.StatusConflict, code: codeConflict, title: "Somebody else is signed in",
		detail: "Ask for the session and go on as its user.", field: "user"}
	errTooLarge = &problem{status: http.StatusRequestEntityTooLarge, code: codeInvalid, title: "The request is too large",
		detail: "At most " + strconv.Itoa(maxBody>>10) + " KiB are accepted."}
	errNotJSON = &problem{status: http.StatusUnsupportedMediaType, code: codeInvalid, title: "The request is not JSON",
		detail: "Send the body as Content-Type: application/json."}
	errUnavailable = &problem{status: http.StatusServiceUnavailable, code: codeUnavailable, title: "The hub cannot answer now",
		detail: "Try again in a few seconds.", retry: 2}
	errInternal = &problem{status: http.StatusInternalServerError, code: codeInternal, title: "Something went wrong in the hub",
		detail: "It is in the log; try again later."}
)

// invalid is a field or parameter that breaks a rule; detail says the rule.
func invalid(field, detail string) *problem {
	return &problem{status: http.StatusBadRequest, code: codeInvalid, title: "Wrong value of " + field, detail: detail, field: field}
}

// badParameter explains a parameter that the generated code could not read.
func badParameter(err error) error {
	var p *api.InvalidParamFormatError
	if errors.As(err, &p) {
		return invalid(p.ParamName, "It does not have the type that openapi.yaml names.")
	}
	return &problem{status: http.StatusBadRequest, code: codeInvalid, title: "A parameter cannot be read",
		detail: "See openapi.yaml for its type."}
}

// badBody explains a body that could not be decoded.
func badBody(err error) error {
	var large *http.MaxBytesError
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.Is(err, errSlowBody):
		return errSlowBody
	case errors.As(err, &large):
		return errTooLarge
	case errors.As(err, &mistyped) && mistyped.Field != "":
		return invalid(mistyped.Field, "It does not have the type that openapi.yaml names.")
	case errors.Is(err, io.EOF):
		return &problem{status: http.StatusBadRequest, code: codeInvalid, title: "The request has no body",
			detail: "Send a JSON object."}
	}
	return &problem{status: http.StatusBadRequest, code: codeInvalid, title: "The body is not a JSON object",
		detail: "Check the syntax; see openapi.yaml for the fields."}
}

// unprocessable answers a value that breaks a rule of the domain with 422.
func unprocessable(err error) error {
	if err == nil {
		return nil
	}
	if p := *explain(err); p.status == http.StatusBadRequest {
		p.status = http.StatusUnprocessableEntity
		return &p
	}
	return err
}

// explain turns any error into a problem.
func explain(err error) *problem {
	var p *problem
	var wrong *leads.Problem
	var refused leads.DialRefusal
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &wrong):
		return explainProblem(wrong)
	case errors.As(err, &refused):
		return explainRefusal(refused)
	case errors.Is(err, leads.ErrNotFound):
		return errNotFound
	case errors.Is(err, leads.ErrConflict), errors.Is(err, leads.ErrExists):
		return errConflict
	case errors.Is(err, leads.ErrForbidden):
		_, whose, _ := strings.Cut(err.Error(), leads.ErrForbidden.Error()+": ")
		return &problem{status: http.StatusForbidden, code: codeForbidden, title: "This may be seen but not changed by you", detail: whose}
	case errors.Is(err, leads.ErrInvalid):
		_, rule, _ := strings.Cut(err.Error(), leads.ErrInvalid.Error()+": ")
		return &problem{status: http.StatusBadRequest, code: codeInvalid, title: "The request breaks a rule", detail: rule}
	case unavailable(err), errors.Is(err, leads.ErrUnavailable):
		return errUnavailable
	}
	return errInternal
}

// explainProblem converts a problem of the domain.
func explainProblem(wrong *leads.Problem) *problem {
	p := &problem{status: http.StatusBadRequest, code: codeInvalid, title: wrong.Title}
	switch {
	case errors.Is(wrong, leads.ErrConflict), errors.Is(wrong, leads.ErrExists):
		p.status, p.code = http.StatusConflict, codeConflict
	case errors.Is(wrong, leads.ErrForbidden):
		p.status, p.code = http.StatusForbidden, codeForbidden
	case wrong.Reason == leads.ReasonTooMany:
		p.status = http.StatusUnprocessableEntity
	case errors.Is(wrong, leads.ErrUnavailable):
		p.status, p.code = http.StatusServiceUnavailable, codeUnavailable
	}
	if p.title == "" {
		p.title = "Wrong value of " + wrong.Field
	}
	p.detail, p.field, p.reason, p.value = wrong.Detail, wrong.Field, wrong.Reason, wrong.Value
	return p
}

// explainRefusal converts the reason why a number is not dialled.
func explainRefusal(refused leads.DialRefusal) *problem {
	p := invalid("number", refused.Words())
	p.title, p.reason = "The number is not dialled", string(refused)
	if refused.Exhausted() {
		p.status, p.code = http.StatusTooManyRequests, codeThrottled
	}
	return p
}

// unavailable reports whether the error comes from a database that is slow, down or
// overloaded, so that the same request may succeed later.
func unavailable(err error) bool {
	var network net.Error
	var state interface{ SQLState() string } // of PostgreSQL
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, driver.ErrBadConn):
		return true
	case errors.As(err, &network):
		return true
	case errors.As(err, &state) && len(state.SQLState()) == 5:
		// Connection, resources, locks, and operator intervention (time-outs too).
		return slices.Contains([]string{"08", "53", "55", "57"}, state.SQLState()[:2])
	}
	return false
}

// fail answers with the problem of err, and logs errors of the hub.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := explain(err)
	if p == errInternal || p == errUnavailable && !errors.Is(r.Context().Err(), context.Canceled) { // else the client left
		s.Log.ErrorContext(r.Context(), "request failed", "route", requestInfoOf(r.Context()).route, "error", redact(err.Error()))
	}
	p.write(w)
}

func (p *problem) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retry))
	}
	if p.status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="ctihub"`)
	}
	w.WriteHeader(p.status)
	_ = json.NewEncoder(w).Encode(api.Problem{
		Type: "urn:ctihub:problem:" + p.code, Title: p.title, Status: p.status, Detail: p.detail, Code: p.code, Field: p.field,
		Reason: api.ProblemReason(p.reason), Value: p.value,
	})
}

// personal matches possible numbers, addresses and tokens in the text of an error.
var personal = regexp.MustCompile(`\+?\d[\d\s()-]{5,}\d|\S+@\S+|cti_\S+`)

// redact removes personal data from the text of an error, for the log.
func redact(s string) string { return personal.ReplaceAllString(s, "[redacted]") }
