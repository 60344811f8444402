package leads

import (
	"encoding/json"
	"fmt"
	"time"
)

// EventType names something that happened, as scripts and sinks see it.
type EventType string

// Events. Their data is described in web/openapi.yaml (schema Event).
const (
	EventCallRinging    EventType = "call.ringing"        // a device began to ring; repeated when further devices ring
	EventCallUpdated    EventType = "call.updated"        // answered, transferred, a device stopped ringing
	EventCallEnded      EventType = "call.ended"          //
	EventCallRecorded   EventType = "call.recorded"       // a recording can be heard, or was given up
	EventInteraction    EventType = "interaction.created" // every new interaction that is not a call
	EventEdited         EventType = "interaction.updated" // its sender changed a message
	EventFacts          EventType = "facts.updated"       // a person wrote or changed facts of an interaction
	EventDictionary     EventType = "dictionary.updated"  // an entry was added, changed, retired or deleted
	EventPipeline       EventType = "pipeline.updated"    // a pipeline or its stages changed; then leads may stand in other stages
	EventField          EventType = "field.updated"       // a custom field was added, changed, retired or deleted (then it is retired)
	EventLeadCreated    EventType = "lead.created"
	EventLeadAssigned   EventType = "lead.assigned"
	EventLeadUpdated    EventType = "lead.updated"
	EventContactCreated EventType = "contact.created" // by hand, by a split or by undoing a merge; other contacts come with their lead
	EventContactUpdated EventType = "contact.updated"
	EventContactMerged  EventType = "contact.merged" // others were merged into it; what undoes it is contact.created of each
	EventCompanyCreated EventType = "company.created"
	EventCompanyUpdated EventType = "company.updated" // also its shared numbers and domains
	EventCompanyDeleted EventType = "company.deleted"
	EventPresence       EventType = "user.presence"
	EventDial           EventType = "dial.updated"  // the state of a dial changed
	EventReply          EventType = "reply.updated" // a reply was written, or its state changed
	EventTaskCreated    EventType = "task.created"
	EventTaskUpdated    EventType = "task.updated"   // changed, taken, handed over, snoozed, one more missed call, a call-back not answered
	EventTaskReminded   EventType = "task.reminded"  // the time of its reminder has come, or its snooze ended; once
	EventTaskEscalated  EventType = "task.escalated" // late; once, and again when it was put off
	EventTaskDone       EventType = "task.done"
	EventDigest         EventType = "user.digest" // one user's open work, at a set hour of each day
)

// EventTypes are all of them.
var EventTypes = []EventType{
	EventCallRinging, EventCallUpdated, EventCallEnded, EventCallRecorded, EventInteraction, EventEdited, EventFacts, EventDictionary, EventPipeline, EventField, EventLeadCreated,
	EventLeadAssigned, EventLeadUpdated, EventContactCreated, EventContactUpdated, EventContactMerged, EventCompanyCreated, EventCompanyUpdated, EventCompanyDeleted, EventPresence,
	EventTaskCreated, EventTaskUpdated, EventTaskReminded, EventTaskEscalated, EventTaskDone, EventDial, EventDigest, EventReply,
}

// Event is a row of the outbox: written in the transaction that caused it,
// then pushed to browsers and delivered to sinks. Delivery is at least once;
// ID is the key by which a receiver recognises a repetition.
type Event struct {
	Seq      int64  // order of writing on one database; 0 before it is stored
	ID       string // UUIDv7
	Type     EventType
	At       time.Time
	LeadID   string
	Audience []string // ids of the users who could see its record when it was written, beside supervisors and admins
	Data     []byte   // JSON of [EventBody]
}

// EventBody is an event as the outside sees it. Which records it holds depends
// on the type: call.* has Call and, for a known person, Contact and Lead;
// lead.* has Lead and Contact; interaction.* and facts.updated have Interaction, Contact
// and Lead; dictionary.updated has Entry; pipeline.updated has Pipeline; field.updated has Field; company.* has Company; contact.* has Contact, contact.merged also Merged; user.presence has User; task.* has Task;
// dial.updated has Dial; user.digest has Digest; reply.updated has Reply.
type EventBody struct {
	ID          string       `json:"id"` // recognises a repeated delivery
	Type        EventType    `json:"type"`
	At          time.Time    `json:"at"`
	Call        *CallRecord  `json:"call,omitempty"`
	Contact     *Contact     `json:"contact,omitempty"`
	Lead        *Lead        `json:"lead,omitempty"`
	Interaction *Interaction `json:"interaction,omitempty"`
	User        *User        `json:"user,omitempty"`
	Task        *Task        `json:"task,omitempty"`
	Dial        *Dial        `json:"dial,omitempty"`
	Digest      *Digest      `json:"digest,omitempty"`
	Reply       *Reply       `json:"reply,omitempty"`
	Entry       *Entry       `json:"entry,omitempty"`
	Pipeline    *Pipeline    `json:"pipeline,omitempty"`
	Field       *CustomField `json:"field,omitempty"`
	Company     *Company     `json:"company,omitempty"`

	Merged *MergedRecords `json:"merged,omitempty"`
}

// OfContact reports whether the contact is the event's own record.
func (t EventType) OfContact() bool {
	return t == EventContactCreated || t == EventContactUpdated || t == EventContactMerged
}

// Is reports whether the event is of a type. The lead.created of a lead that has a manager
// from the beginning is also its lead.assigned.
func (e Event) Is(t EventType) bool {
	if e.Type == t {
		return true
	}
	if t != EventLeadAssigned || e.Type != EventLeadCreated {
		return false
	}
	body, err := e.Body()
	return err == nil && body.Lead != nil && body.Lead.ManagerID != ""
}

// Call returns the call of a call.* event; nil for other events.
func (e Event) Call() (*CallRecord, error) {
	var body struct {
		Call *CallRecord `json:"call"`
	}
	if err := json.Unmarshal(e.Data, &body); err != nil {
		return nil, fmt.Errorf("reading event %s: %w", e.ID, err)
	}
	return body.Call, nil
}

// Reply returns the reply of a reply.updated event; nil for other events.
func (e Event) Reply() (*Reply, error) {
	if e.Type != EventReply {
		return nil, nil
	}
	var body struct {
		Reply *Reply `json:"reply"`
	}
	if err := json.Unmarshal(e.Data, &body); err != nil {
		return nil, fmt.Errorf("reading event %s: %w", e.ID, err)
	}
	return body.Reply, nil
}
