package web

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"ctihub/leads"
)

// Who may do an operation.
const (
	byNobody     = "anybody, also who is not signed in"
	byEveryone   = "everyone who is signed in"
	byOwner      = "whoever sees the record"
	byLink       = "whoever made the link"
	byMaker      = "whoever made the record"
	byHolder     = "whoever owns the company, which everyone sees, and supervisors; see wantCompanies"
	bySupervisor = "supervisors and administrators"
	byAdmin      = "administrators"
)

// accessRule is how an operation of openapi.yaml is reached: by whom, with which
// record as {id} in its path, and with which body.
type accessRule struct{ by, id, body string }

// operationsByAccess has a line for every operation; one without a line fails
// TestForeignIsMissing.
var operationsByAccess = map[string]accessRule{
	"signIn": {by: byNobody}, "getDemo": {by: byNobody},
	"getSession": {by: byEveryone}, "signOut": {by: byEveryone}, "setPresence": {by: byEveryone, body: `{"presence":"paused"}`},
	"changePassword": {by: byEveryone, body: `{"current":"x","password":"a new password"}`}, "listMyTokens": {by: byEveryone},
	"getSignature": {by: byEveryone}, "setSignature": {by: byEveryone, body: `{"text":"Regards"}`},
	"listLinks": {by: byEveryone}, "makeLink": {by: byEveryone, id: "link"}, "dropLink": {by: byEveryone, id: "link"},
	"listPresence": {by: byEveryone}, "listUsers": {by: byEveryone}, "getUser": {by: byEveryone, id: "user"},
	"getNumberPlace": {by: byEveryone, id: "number"},
	"listTemplates":  {by: byEveryone}, "getTemplate": {by: byEveryone, id: "template"}, "uploadFile": {by: byEveryone}, "streamEvents": {by: byEveryone},

	"search": {by: byOwner}, "listHistory": {by: byOwner},
	"listChoices":  {by: byOwner},
	"listContacts": {by: byOwner}, "getContact": {by: byOwner, id: "contact"}, "listConsents": {by: byOwner, id: "contact"},
	"updateContact":   {by: byOwner, id: "contact", body: `{"company":"Acme"}`},
	"createContact":   {by: byEveryone, body: `{"name":"Matrix"}`},
	"addIdentity":     {by: byOwner, id: "contact", body: `{"kind":"email","value":"added@example.ru"}`},
	"correctIdentity": {by: byOwner, id: "contact", body: `{"kind":"phone","value":"+79035556671"}`}, "removeIdentity": {by: byOwner, id: "contact"},
	"listContactHistory": {by: byOwner, id: "contact"}, "listContactFiles": {by: byOwner, id: "contact"},
	"openLead": {by: byOwner, body: `{"contact_id":"{contact}"}`}, "listLeadHistory": {by: byOwner, id: "lead"},
	"listCompanies": {by: byEveryone}, "getCompany": {by: byEveryone, id: "company"}, "listCompanyHistory": {by: byEveryone, id: "company"},
	"createCompany": {by: byEveryone, body: `{"name":"Matrix"}`}, "updateCompany": {by: byHolder, id: "company", body: `{"address":"Matrix"}`}, "deleteCompany": {by: byHolder, id: "company"},
	"shareNumber": {by: byHolder, id: "company"}, "unshareNumber": {by: byHolder, id: "company"}, "addDomain": {by: byHolder, id: "company"}, "removeDomain": {by: byHolder, id: "company"},
	"sayCaller":             {by: byOwner, id: "letter", body: `{"contact_id":"{contact}"}`},
	"decideOffer":           {by: byOwner, id: "contact", body: `{"decision":"dismiss"}`},
	"listContactDuplicates": {by: byOwner, id: "contact"}, "listDuplicates": {by: byOwner},
	"dismissDuplicate": {by: byOwner, body: `{"contact_id":"{contact}","other_id":"{contact}"}`}, "restoreDuplicate": {by: byOwner, body: `{"contact_id":"{contact}","other_id":"{contact}"}`},
	"previewMerge": {by: byOwner, id: "contact"}, "mergeContacts": {by: byOwner, id: "contact", body: `{"with":"{contact}"}`}, "undoMerge": {by: byOwner, id: "merge"},
	"listMerges": {by: byOwner, id: "contact"}, "splitContact": {by: byOwner, id: "contact", body: `{"identities":[{"kind":"phone","value":"+79990000000"}]}`},
	"listLeads": {by: byOwner}, "getLead": {by: byOwner, id: "lead"}, "listReplies": {by: byOwner, id: "lead"},
	"listChannels": {by: byOwner, id: "lead"}, "fillTemplates": {by: byOwner, id: "lead"},
	"updateLead": {by: byOwner, id: "lead", body: `{"status":"working"}`},
	"getBoard":   {by: byOwner}, "listPipelines": {by: byEveryone}, "getPipeline": {by: byEveryone, id: "pipeline"},
	"createPipeline": {by: bySupervisor, body: `{"name":"matrix","stages":[{"name":"a","kind":"open"},{"name":"b","kind":"won"},{"name":"c","kind":"lost"}]}`},
	"updatePipeline": {by: bySupervisor, id: "pipeline", body: `{"position":1}`}, "retirePipeline": {by: bySupervisor, id: "pipeline"},
	"reply":          {by: byOwner, id: "lead", body: `{"key":"matrix","text":"Hello"}`},
	"sendReplyAgain": {by: byOwner, id: "reply"}, "dismissReply": {by: byOwner, id: "reply"},
	"listInteractions": {by: byOwner}, "getInteraction": {by: byOwner, id: "letter"}, "showFormatted": {by: byOwner, id: "letter"},
	"getAttachment": {by: byOwner, id: "letter"},
	"writeFacts":    {by: byOwner, id: "letter", body: `{"summary":"Asked for the price"}`}, "listFactChanges": {by: byOwner, id: "letter"},
	"registerByHand": {by: byEveryone, body: `{"contact_id":"nobody","channel":"note","text":"x"}`},
	"listEntries":    {by: byEveryone, id: "dictionary"},
	"createEntry":    {by: bySupervisor, id: "dictionary", body: `{"name":"matrix"}`}, "updateEntry": {by: bySupervisor, id: "entry", body: `{"retired":false}`},
	"deleteEntry": {by: bySupervisor, id: "entry"}, "getRequiredFacts": {by: bySupervisor}, "setRequiredFacts": {by: bySupervisor, body: `{"sources":[],"teams":[]}`},
	"listFields": {by: byEveryone}, "createField": {by: bySupervisor, body: `{"object":"lead","name":"matrix","kind":"text"}`},
	"updateField": {by: bySupervisor, id: "field", body: `{"position":3}`}, "deleteField": {by: bySupervisor, id: "field"},
	"listCalls": {by: byOwner}, "getCall": {by: byOwner, id: "call"}, "hangUpCall": {by: byOwner, id: "call"},
	"listDials": {by: byOwner}, "dial": {by: byOwner, body: `{"contact_id":"{contact}","key":"matrix"}`},
	"getDial": {by: byOwner, id: "dial"}, "cancelDial": {by: byOwner, id: "dial"},
	"listTasks": {by: byOwner}, "getTask": {by: byOwner, id: "task"}, "takeTask": {by: byOwner, id: "task"},
	"reassignTask": {by: byOwner, id: "task", body: `{"owner_id":"me"}`}, "finishTask": {by: byOwner, id: "task", body: `{"outcome":"not_needed"}`},
	"createTask": {by: byOwner, body: `{"kind":"call","due":"2030-01-01T09:00:00Z","lead_id":"{lead}"}`},
	"updateTask": {by: byOwner, id: "task", body: `{"priority":"high"}`}, "getWorklist": {by: byOwner},
	"getRecording": {by: byOwner, id: "recording"}, "linkRecording": {by: byOwner, id: "recording", body: "{}"},
	"playRecording": {by: byLink, id: "recording"},
	"listViews":     {by: byEveryone}, "createView": {by: byEveryone, body: `{"list":"calls","name":"matrix","query":"q=7"}`},
	"updateView": {by: byMaker, id: "view", body: `{"query":"q=8"}`}, "deleteView": {by: byMaker, id: "view"},

	"createTemplate":    {by: bySupervisor, body: `{"name":"matrix","text":"Hello"}`},
	"updateTemplate":    {by: bySupervisor, id: "template", body: `{"name":"matrix 2","text":"Hello"}`},
	"deleteTemplate":    {by: bySupervisor, id: "template"},
	"reportNotAnswered": {by: bySupervisor}, "listSources": {by: bySupervisor}, "listSinks": {by: bySupervisor}, "listGaps": {by: bySupervisor},
	"listReconciliations": {by: bySupervisor}, "askReconciliation": {by: bySupervisor, body: `{"source":"pbx","day":"2026-01-21"}`},
	"listQuarantine": {by: bySupervisor}, "getQuarantined": {by: bySupervisor, id: "quarantine"},
	"listDeliveries": {by: bySupervisor}, "getDelivery": {by: bySupervisor, id: "delivery"},
	"listSubstitutes": {by: bySupervisor}, "endSubstitute": {by: bySupervisor, id: "substitute"},
	"createSubstitute": {by: bySupervisor, body: `{"user_id":"{max}","substitute_id":"{ada}","until":"2030-01-01T09:00:00Z"}`},
	"handOver":         {by: bySupervisor, body: `{"from":"{max}","to":["{ada}"],"dry_run":true}`},
	"setDemo":          {by: bySupervisor, body: `{"line":true}`},
	"retryQuarantined": {by: byAdmin, id: "quarantine", body: "{}"}, "discardQuarantined": {by: byAdmin, id: "quarantine", body: `{"note":"x"}`},
	"replayDelivery": {by: byAdmin, id: "delivery"}, "listGuessedSignIns": {by: byAdmin},
}

// matrix asks every operation as every role for records of one's own, of others
// and of nobody.
type matrix struct {
	*hub
	of           map[string]customer // by the login of whoever serves them
	cases, leaks int
}

// route is an operation with its method and path.
type route struct {
	method, path string
	op           *openapi3.Operation
	accessRule
}

// A record of somebody else is answered as one that does not exist, by every
// operation and for every role, and changes nothing; lists and filters show
// nothing of it.
func TestForeignIsMissing(t *testing.T) {
	h := sqliteHub(t)
	m := &matrix{hub: h, of: map[string]customer{}}
	for i, login := range []string{"ole", "max"} {
		m.of[login] = h.customerOf(login, fmt.Sprintf("+7916123450%d", i), i)
	}
	var routes []route
	for path, item := range h.contract.doc.Paths.Map() {
		for method, op := range item.Operations() {
			a, ok := operationsByAccess[op.OperationID]
			if !ok {
				t.Errorf("%s %s: say in operationsByAccess who may do %s", method, path, op.OperationID)
			}
			if strings.Contains(path, "{") != (a.id != "") {
				t.Errorf("%s %s: its record in operationsByAccess is %q", method, path, a.id)
			}
			routes = append(routes, route{method, path, op, a})
		}
	}
	if len(routes) != len(operationsByAccess) {
		t.Errorf("%d operations in openapi.yaml, %d lines in operationsByAccess", len(routes), len(operationsByAccess))
	}
	slices.SortFunc(routes, func(a, b route) int { // what ends a session or a record comes last
		return cmp.Or(strings.Count(a.method, http.MethodDelete)-strings.Count(b.method, http.MethodDelete), strings.Compare(a.op.OperationID, b.op.OperationID))
	})

	viewers := []struct {
		login string
		c     *client
	}{
		{"", h.as("")}, {"gone", h.as("gone")}, {"ole", h.as("ole")}, {"ole", h.browser().signIn("ole")}, {"ada", h.as("ada")},
		{"max", h.as("max")}, {"max", h.browser().signIn("max")}, {"sue", h.as("sue")}, {"root", h.as("root")},
	}
	before := m.everything()
	for _, v := range viewers {
		for _, r := range routes {
			m.refuses(v.c, v.login, r)
		}
	}
	if after := m.everything(); after != before {
		t.Errorf("what was refused changed something:\n%s\nbefore:\n%s", after, before)
	}
	for _, v := range viewers {
		for _, r := range routes {
			m.allows(v.c, v.login, r)
		}
	}
	t.Logf("%d routes, %d roles, %d cases, %d leaks", len(routes), len(viewers), m.cases, m.leaks)
}

// allowed reports whether a role may do an operation at all.
func allowed(login, by string) bool {
	switch by {
	case bySupervisor:
		return login == "sue" || login == "root"
	case byAdmin:
		return login == "root"
	}
	return login != "" && login != "gone"
}

// refuses asks for what the viewer may not see, and compares the answer with
// that for a record which does not exist.
func (m *matrix) refuses(c *client, login string, r route) {
	m.t.Helper()
	if r.by == byNobody {
		return
	}
	want := http.StatusNotFound
	switch {
	case r.by == byLink:
		want = http.StatusForbidden
	case login == "" || login == "gone":
		want = http.StatusUnauthorized
	case !allowed(login, r.by):
		want = http.StatusForbidden
	case r.id == "" && r.method == http.MethodGet && r.op.OperationID != "streamEvents":
		m.listsNothingOf(c, login, r)
		return
	case r.by == byHolder:
		return
	case r.by == byMaker: // a supervisor may no more than others
	case r.by != byOwner || !strings.Contains(r.path+r.body, "{") || login == "sue" || login == "root":
		return // they may
	}
	none := missing(m.of["ole"])
	nothing := m.answer(c, r, none)
	for owner, foreign := range m.of {
		if owner == login && want == http.StatusNotFound {
			if strings.Count(r.path, "{") == 2 { // one's own record, with a part of another's
				for other, part := range m.of {
					if other != owner {
						mixed, half := maps.Clone(foreign), maps.Clone(foreign)
						mixed["offer"], mixed["attachment"] = part["offer"], part["attachment"]
						half["offer"], half["attachment"] = none["offer"], none["attachment"]
						m.same(login, r, want, m.answer(c, r, mixed), m.answer(c, r, half))
					}
				}
			}
			continue
		}
		m.same(login, r, want, m.answer(c, r, foreign), nothing)
	}
}

// same checks that two answers tell the same.
func (m *matrix) same(login string, r route, status int, foreign, none told) {
	m.t.Helper()
	m.cases++
	if foreign != none || foreign.status != status {
		m.leaks++
		m.t.Errorf("%q, %s %s (%s), of others:\n%+v\nof nobody:\n%+v\nwant %d", login, r.method, r.path, r.op.OperationID, foreign, none, status)
	}
}

// listsNothingOf asks a list by every filter for the records of others.
func (m *matrix) listsNothingOf(c *client, login string, r route) {
	m.t.Helper()
	for owner, of := range m.of {
		if owner == login || login == "sue" || login == "root" {
			continue
		}
		queries := []string{"limit=200", ""}
		for _, p := range r.op.Parameters {
			if v := of.filter(p.Value.Name, m.users[owner]); v != "" && p.Value.In == "query" {
				queries = append(queries, url.Values{p.Value.Name: {v}}.Encode())
			}
		}
		for _, q := range queries {
			if strings.HasPrefix(q, "limit") && !slices.ContainsFunc(r.op.Parameters, func(p *openapi3.ParameterRef) bool { return p.Value.Name == "limit" }) {
				continue
			}
			m.cases++
			body := read(m.t, c.do(r.method, r.path+"?"+q, ""))
			for kind, secret := range of {
				if !slices.Contains(shared, kind) && strings.Contains(body, secret) {
					m.leaks++
					m.t.Errorf("%q, %s?%s shows the %s of %s's customer:\n%s", login, r.path, q, kind, owner, body)
				}
			}
		}
	}
}

// allows asks for what the viewer may see: it is neither refused nor missing.
func (m *matrix) allows(c *client, login string, r route) {
	m.t.Helper()
	mine, ok := m.of[login]
	switch {
	case r.by == byNobody || r.by == byLink || r.op.OperationID == "streamEvents" || !allowed(login, r.by):
		return
	case (r.by == byMaker || r.by == byHolder) && (!ok || r.method == http.MethodDelete): // it is gone after the first, see wantViews
		return
	case login == "root":
		mine = m.of["max"]
	case login == "sue" || r.by == byEveryone:
		mine = m.of["ole"]
	case !ok && strings.Contains(r.path+r.body, "{"):
		return // has nothing of their own
	}
	if strings.Contains(r.path, "{value}") { // an earlier viewer has removed it
		m.as("root").do("POST", mine.fill("/api/v1/contacts/{contact}/identities"), mine.fill(`{"kind":"{kind}","value":"{value}"}`))
	}
	m.cases++
	switch a := m.answer(c, r, mine); a.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		m.t.Errorf("%q, %s %s (%s), of their own: %+v", login, r.method, r.path, r.op.OperationID, a)
	}
}

// told is what is answered about a record, without its ids.
type told struct {
	status       int
	header, body string
}

func (m *matrix) answer(c *client, r route, of customer) told {
	m.t.Helper()
	path := strings.Replace(r.path, "{id}", of[r.id], 1)
	path = strings.Replace(path, "{name}", of[r.id], 1)
	path = strings.Replace(path, "{value}", url.PathEscape(of["value"]), 1)
	res := c.do(r.method, of.fill(path), of.fill(r.body))
	body := read(m.t, res)
	for kind, id := range of {
		body = strings.ReplaceAll(body, id, "{"+kind+"}")
	}
	h := res.Header.Clone()
	for _, name := range []string{"Date", "Content-Length", "Set-Cookie"} {
		h.Del(name)
	}
	return told{res.StatusCode, fmt.Sprint(h), body}
}

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// everything is what an administrator reads of the customers.
func (m *matrix) everything() string {
	m.t.Helper()
	var all strings.Builder
	for _, login := range []string{"ole", "max"} {
		for _, path := range []string{
			"/contacts/{contact}", "/leads/{lead}", "/leads/{lead}/replies", "/interactions/{letter}", "/calls/{call}", "/tasks/{task}",
			"/dials/{dial}", "/recordings/{recording}", "/quarantine/{quarantine}", "/deliveries/{delivery}", "/templates", "/contacts?limit=200",
		} {
			res := m.as("root").do("GET", "/api/v1"+m.of[login].fill(path), "")
			fmt.Fprintln(&all, path, res.StatusCode, read(m.t, res))
			if res.StatusCode != http.StatusOK {
				m.t.Fatalf("an administrator reads %s: %s", path, res.Status)
			}
		}
	}
	return all.String()
}

// shared are records of a customer's matrix that are everyone's to see.
var shared = []string{"user", "link", "template", "dictionary", "entry", "pipeline", "field", "kind", "company", "domain"}

// customer is a customer with one record of each kind: ids, and what else tells
// who it is.
type customer map[string]string

func (c customer) fill(text string) string {
	return regexp.MustCompile(`\{(\w+)\}`).ReplaceAllStringFunc(text, func(s string) string {
		if v, ok := c[s[1:len(s)-1]]; ok {
			return v
		}
		return s
	})
}

// missing has an id that does not exist of each kind.
func missing(like customer) customer {
	none := customer{}
	for kind := range like {
		none[kind] = "01900000-0000-7000-8000-missing-" + kind
	}
	return none
}

// filter is what a parameter of a list is to find the customer by.
func (c customer) filter(parameter string, owner leads.User) string {
	switch parameter {
	case "q":
		return c["name"]
	case "owner_id", "manager_id", "operator_id":
		return owner.ID
	case "contact_id":
		return c["contact"]
	case "lead_id":
		return c["lead"]
	case "phone", "email", "linkedid", "tag":
		return c[parameter]
	case "external_id":
		return c["key"]
	}
	return ""
}
