package web

import (
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/leads/handover"
)

// customerOf makes a customer of a user with one record of every kind that the
// API can be asked for by id.
func (h *hub) customerOf(login, phone string, n int) customer {
	h.t.Helper()
	ctx := h.t.Context()
	key := fmt.Sprintf("matrix-key-%d", n)
	c := customer{
		"phone": phone, "email": fmt.Sprintf("matrix%d@example.ru", n), "name": fmt.Sprintf("Matrix Person %c", 'A'+n), "key": key,
		"linkedid": key + "-call", "kind": "phone", "value": phone, "user": h.users["sue"].ID, "link": "notices", "dictionary": "nature", "entry": "order", "pipeline": "main", "field": "matrix_field",
	}
	file := []string{"f-gif", "f-wav"}[n] // of files
	who := []leads.Identity{{Kind: leads.KindPhone, Value: phone}, {Kind: leads.KindEmail, Value: c["email"]}}
	h.put(leads.Touch{
		ExternalID: key, Channel: leads.ChannelMail, Direction: leads.In, Name: c["name"], From: who, Subject: "Windows", Text: "How much?",
		HTML: "<p>How much?</p>", Attachments: []leads.Attachment{{ID: file, Name: "file", Type: "image/gif", Size: int64(len(gif))}},
		Offered: []leads.Identity{{Kind: leads.KindPhone, Value: fmt.Sprintf("+7903555667%d", n)}},
	})
	at, ext := time.Now().UTC().Truncate(time.Second), h.users[login].Extensions[0]
	talked := &leads.Call{
		Linkedid: c["linkedid"], Direction: leads.In, State: leads.CallEnded, Disposition: leads.Answered, From: phone, To: "200", Operator: ext,
		Started: at, Answered: at, Ended: at.Add(time.Second), Recorded: []leads.RecordedFile{{File: "/spool/" + key + ".wav", Channel: "c"}},
		Legs: []leads.Leg{{Channel: "c", Extension: ext, State: leads.LegEnded, Rang: at, Answered: at, Ended: at.Add(time.Second)}},
	}
	h.put(leads.Touch{ExternalID: c["linkedid"], Channel: leads.ChannelCall, Direction: leads.In, At: at, From: who[:1], Call: talked})
	later := at.Add(time.Minute)
	h.put(leads.Touch{ExternalID: key + "-missed", Channel: leads.ChannelCall, Direction: leads.In, At: later, From: who[:1], Call: &leads.Call{
		Linkedid: key + "-missed", Direction: leads.In, State: leads.CallEnded, Disposition: leads.Missed, From: phone, To: "200", Started: later, Ended: later.Add(time.Second),
		// Ada's telephone rang: that gives her no right once the call is over.
		Legs: []leads.Leg{{Channel: "d", Extension: h.users["ada"].Extensions[0], State: leads.LegCancelled, Rang: later, Ended: later.Add(time.Second)}},
	}})
	var letters, calls, tasks struct{ Items []struct{ ID string } }
	root := h.as("root")
	root.get("/api/v1/interactions?source=site&external_id="+key, &letters)
	var letter leads.Interaction
	root.get("/api/v1/interactions/"+letters.Items[0].ID, &letter)
	c["letter"], c["contact"], c["lead"], c["attachment"] = letter.ID, letter.ContactID, letter.LeadID, file
	root.get("/api/v1/calls?linkedid="+c["linkedid"], &calls)
	c["call"] = calls.Items[0].ID
	h.handOver(c["lead"], login)
	root.get("/api/v1/tasks", &tasks)
	c["task"] = tasks.Items[len(tasks.Items)-1].ID

	var view leads.View
	h.as(login).send("POST", "/api/v1/views", `{"list":"calls","name":"`+key+`","query":"q=`+key+`"}`, &view)
	c["view"] = view.ID
	c["merge"] = h.as(login).merged()
	var company leads.Company
	root.send("POST", "/api/v1/companies", `{"name":"Firm `+login+`","owner_id":"`+h.users[login].ID+`"}`, &company)
	c["company"], c["domain"] = company.ID, login+".example"

	c["tag"] = fmt.Sprintf("matrix tag %d", n)
	root.send("PATCH", "/api/v1/contacts/"+c["contact"], `{"tags":["`+c["tag"]+`"]}`, nil)
	var contact leads.Contact
	root.get("/api/v1/contacts/"+c["contact"], &contact)
	c["offer"] = contact.Offered[0].ID
	var call leads.CallRecord
	root.get("/api/v1/calls/"+c["call"], &call)
	c["recording"] = call.Recordings[0].ID
	if err := h.store.FinishRecording(ctx, leads.FetchedRecording{ID: c["recording"], State: leads.RecordingStored, Key: soundKey, Type: "audio/wav"}); err != nil {
		h.t.Fatal(err)
	}
	var reply leads.Reply
	h.as(login).send("POST", "/api/v1/leads/"+c["lead"]+"/replies", `{"key":"`+key+`","text":"Hello"}`, &reply)
	c["reply"] = reply.ID
	var dial leads.Dial
	h.as(login).send("POST", "/api/v1/dials", `{"contact_id":"`+c["contact"]+`","key":"`+key+`"}`, &dial)
	c["dial"] = dial.ID
	c["quarantine"] = h.suspect(key)
	if n == 0 {
		root.send("POST", "/api/v1/fields", `{"id":"matrix_field","object":"contact","name":"Matrix field","kind":"text"}`, nil)
		root.send("PATCH", "/api/v1/contacts/"+c["contact"], `{"fields":{"matrix_field":"used"}}`, nil) // so that nobody deletes it
	}
	var template leads.Template
	root.send("POST", "/api/v1/templates", fmt.Sprintf(`{"name":"Template %d","text":"Hello"}`, n), &template)
	c["template"] = template.ID
	away := fmt.Sprintf("away%d", n)
	h.hire(leads.User{Login: away, Name: away, Role: leads.RoleManager, Presence: leads.Offline})
	var absence handover.Substitution
	root.send("POST", "/api/v1/substitutes", `{"user_id":"`+h.users[away].ID+`","substitute_id":"`+h.users["max"].ID+`","from":"2090-01-01T00:00:00Z","until":"2090-02-01T00:00:00Z"}`, &absence)
	c["substitute"] = absence.ID
	list, err := h.store.Deliveries(ctx, leads.DeliveryFilter{LeadID: c["lead"]}, leads.Page{Limit: 1})
	if err != nil || len(list.Items) != 1 {
		h.t.Fatalf("deliveries of the lead: %v, %v", list, err)
	}
	c["delivery"] = list.Items[0].ID
	return c
}
