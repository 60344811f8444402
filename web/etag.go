package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
)

// state is the input of an entity tag (RFC 9110, section 8.8.3): each changeable field of a
// record, and the rest. The tag has a hash of each, so that an old tag shows which fields have
// changed since.
type state []struct {
	field string
	value any
}

func contactState(c leads.Contact) state {
	rest := c
	rest.Name, rest.Company, rest.CompanyID, rest.Role, rest.Owner, rest.Tags, rest.Warning, rest.Notes, rest.Identities, rest.Fields = "", "", "", "", nil, nil, "", "", nil, nil
	return state{
		{"name", c.Name}, {"company", c.Company}, {"company_id", c.CompanyID}, {"role", c.Role}, {"owner_id", c.Owner}, {"tags", c.Tags}, {"warning", c.Warning}, {"notes", c.Notes},
		{"identities", c.Identities}, {"fields", c.Fields}, {"", rest},
	}
}

// companyState leaves out what each viewer sees of a company.
func companyState(c leads.Company) state {
	return state{
		{"name", c.Name}, {"legal_name", c.LegalName}, {"country", c.Country}, {"tax_id", c.TaxID}, {"kpp", c.KPP}, {"address", c.Address}, {"website", c.Website},
		{"warning", c.Warning}, {"notes", c.Notes}, {"owner_id", leads.IDOf(c.Owner)}, {"phones", c.Phones}, {"domains", c.Domains}, {"", c.ID},
	}
}

func leadState(l leads.Lead) state {
	rest := l
	rest.Status, rest.Refusal, rest.ManagerID, rest.NextTask, rest.Deal, rest.Fields = "", "", "", nil, leads.Deal{}, nil // a task is no part of what can be changed here
	return state{
		{"status", l.Status}, {"stage_id", l.StageID}, {"refusal", l.Refusal}, {"manager_id", l.ManagerID}, {"amount", l.Amount}, {"currency", l.Currency},
		{"probability", l.Probability}, {"expected", l.Expected}, {"product", l.Product}, {"fields", l.Fields}, {"", rest},
	}
}

func fieldState(f leads.CustomField) state {
	rest := f
	rest.Name, rest.Position, rest.Pipelines, rest.RequiredFrom, rest.RemindDays, rest.Listed, rest.Retired, rest.Choices = "", 0, nil, nil, 0, false, false, nil
	rest.Used = false // by values of records, which are no part of what can be changed here
	return state{
		{"name", f.Name}, {"position", f.Position}, {"pipelines", f.Pipelines}, {"required_from", f.RequiredFrom}, {"remind_days", f.RemindDays},
		{"listed", f.Listed}, {"retired", f.Retired}, {"choices", f.Choices}, {"", rest},
	}
}

func pipelineState(p leads.Pipeline) state {
	return state{
		{"name", p.Names}, {"currency", p.Currency}, {"position", p.Position}, {"takes_new", p.TakesNew}, {"takes_repeat", p.TakesRepeat},
		{"retired", p.Retired}, {"stages", p.Stages},
	}
}

func taskState(t leads.Task) state {
	rest := t
	rest.Title, rest.Due, rest.Remind, rest.Snoozed, rest.Priority, rest.Repeat, rest.Owner, rest.Team = "", time.Time{}, time.Time{}, time.Time{}, "", "", nil, ""
	return state{
		{"title", t.Title}, {"due", t.Due}, {"remind", t.Remind}, {"snooze_until", t.Snoozed}, {"priority", t.Priority}, {"repeat", t.Repeat},
		{"owner_id", leads.IDOf(t.Owner)}, {"team", t.Team}, {"", rest},
	}
}

func templateState(t leads.Template) state {
	rest := t
	rest.Name, rest.Subject, rest.Text = "", "", ""
	return state{{"name", t.Name}, {"subject", t.Subject}, {"text", t.Text}, {"", rest}}
}

func viewState(v leads.View) state {
	rest := v
	rest.Name, rest.Query, rest.Audience, rest.Team = "", "", "", ""
	return state{{"name", v.Name}, {"query", v.Query}, {"audience", v.Audience}, {"team", v.Team}, {"", rest}}
}

// factsState is of the facts of an interaction: the rest of it is not changed with them.
func factsState(i leads.Interaction) state {
	s := state{}
	for _, f := range leads.FactNames {
		s = append(s, struct {
			field string
			value any
		}{string(f), i.Facts.Value(f)})
	}
	return append(s, state{{"fields", i.Fields}}...)
}

func entryState(e leads.Entry) state {
	return state{{"name", e.Names}, {"channel", e.Channel}, {"direction", e.Direction}, {"position", e.Position}, {"retired", e.Retired}}
}

func requiredState(r leads.RequiredFacts) state {
	return state{{"sources", r.Sources}, {"teams", r.Teams}}
}

func signatureState(text string) state { return state{{"text", text}} }

// hashes returns the hashes of the fields, in order.
func (s state) hashes() []string {
	all := make([]string, len(s))
	for i, f := range s {
		b, _ := json.Marshal(f.value) // of texts, times and lists: cannot fail
		sum := sha256.Sum256(b)
		all[i] = base64.RawURLEncoding.EncodeToString(sum[:9])
	}
	return all
}

func (s state) tag() string { return `"` + strings.Join(s.hashes(), ".") + `"` }

// matches returns nil when an If-Match header is empty, or has the present tag.
func (s state) matches(header string) error {
	if header == "" {
		return nil
	}
	var changed []string
	now := s.hashes()
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || tag == s.tag() {
			return nil
		}
		was := strings.Split(strings.Trim(tag, `"`), ".")
		if len(was) != len(now) || strings.HasPrefix(tag, "W/") { // If-Match compares strongly
			continue
		}
		for i, f := range s {
			if was[i] != now[i] && !slices.Contains(changed, f.field) {
				changed = append(changed, f.field)
			}
		}
	}
	return outdated(changed)
}

// outdated returns a 412 that names the fields that were changed since the tag.
func outdated(fields []string) *problem {
	named := slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return f == "" })
	p := &problem{status: http.StatusPreconditionFailed, code: codeOutdated, title: "The record was changed since you read it"}
	switch {
	case len(fields) == 0:
		p.detail = "If-Match names no ETag of this record. "
	case len(named) == 0:
		p.detail = "None of what can be changed here is different, but other parts are. "
	default:
		p.field, p.detail = named[0], "Changed meanwhile: "+strings.Join(named, ", ")+". "
	}
	p.detail += "Nothing was written. Read the record again and repeat the change with its new ETag, or without If-Match."
	return p
}

// unchanged returns a check of a change: If-Match must fit the stored record.
func unchanged[T any](header string, stateOf func(T) state) func(T) error {
	return func(now T) error { return stateOf(now).matches(header) }
}
