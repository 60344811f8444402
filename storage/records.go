package storage

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// splitList splits a list inside a record, as the views of the schema build it,
// into its entries' fields.
func splitList(list string, fields int, entry func(f []string)) {
	for l := range strings.SplitSeq(list, "\n") {
		if f := strings.SplitN(l, "|", fields); len(f) == fields {
			entry(f)
		}
	}
}

// parseNumber reads a number in such a list.
func parseNumber(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64) // a cast BIGINT
	return n
}

// parseTime reads a time in such a list.
func parseTime(us string) time.Time { return fromMicros(parseNumber(us)) }

// cleanField makes a text fit for one field of such a list.
func cleanField(s string) string { return strings.NewReplacer("|", "/", "\n", " ").Replace(s) }

func person(id, name string) *leads.Person {
	if id == "" {
		return nil
	}
	return &leads.Person{ID: id, Name: name}
}

func userOf(r db.UserRow) leads.User {
	presence := presenceOf(r.Presence, r.PauseReason, r.PauseNote, r.PresenceSince, r.PresenceUntil)
	u := leads.User{
		ID: r.ID, Login: r.Login, Name: r.Name, Role: leads.Role(r.Role), Team: r.Team,
		Presence: presence.Presence, PresenceState: presence, Extensions: []string{}, Shifts: shiftsOf(r.Shifts), Device: leads.DeviceState(r.Device), Disabled: r.Disabled,
		PasswordHash: r.PasswordHash, LastAssigned: fromMicros(r.LastAssigned), Created: fromMicros(r.Created),
	}
	if r.Extensions != "" {
		u.Extensions = strings.Split(r.Extensions, "|")
	}
	return u
}

// contactOf makes a contact without its details.
func contactOf(r db.ContactRow) leads.Contact {
	c := leads.Contact{
		ID: r.ID, Name: r.Name, Company: r.Company, CompanyID: r.CompanyID, Role: r.Role, Line: r.Line, Identities: []leads.Identity{},
		Owner: person(r.OwnerID, r.OwnerName), Warning: r.Warning, Fields: customOf(r.Fields), Created: fromMicros(r.Created), Version: r.Version,
	}
	if r.Tags != "" {
		c.Tags = strings.Split(r.Tags, "\n")
	}
	splitList(r.Identities, 2, func(f []string) {
		c.Identities = append(c.Identities, leads.Identity{Kind: leads.IdentityKind(f[0]), Value: f[1]})
	})
	return c
}

func leadOf(r db.LeadRow) leads.Lead {
	return leads.Lead{
		ID: r.ID, ContactID: r.ContactID, ContactName: r.ContactName, Shared: r.Shared, ContactKey: r.ContactKey,
		Status: leads.LeadStatus(r.Status), Source: r.Source, Channel: leads.Channel(r.Channel),
		Subject: r.Subject, Team: r.Team, ManagerID: r.ManagerID, ManagerName: r.ManagerName,
		Reason: r.Reason, ReasonText: leads.ReasonText(r.Reason), Repeat: r.Repeated, Refusal: r.Refusal,
		UTM: fromJSON(r.UTM), Opened: fromMicros(r.Opened), Assigned: fromMicros(r.Assigned),
		Responded: fromMicros(r.Responded), Closed: fromMicros(r.Closed), Deal: dealOf(r), Fields: customOf(r.Fields),
	}
}

func interactionOf(r db.InteractionRow) leads.Interaction {
	i := leads.Interaction{
		ID: r.ID, Source: r.Source, ExternalID: r.ExternalID, Channel: shownChannel(r.Channel),
		Direction: leads.Direction(r.Direction), At: fromMicros(r.At), ContactID: r.ContactID,
		ContactName: r.ContactName, Shared: r.Shared, LeadID: r.LeadID, Name: r.Name, To: r.Addressee,
		Subject: r.Subject, Text: r.Body, UTM: fromJSON(r.UTM),
		Attachments: attachmentsOf(r.Attachments), Automatic: leads.Automatic(r.Automatic), Edited: fromMicros(r.Edited),
		HasWhole: r.HasWhole, HasHTML: r.HasHTML, Fields: customOf(r.Fields),
	}
	if r.State != "" {
		c := callOf(r)
		i.Call = &c
	}
	return i
}

func callOf(r db.InteractionRow) leads.CallRecord {
	c := leads.CallRecord{
		ID: r.ID, Source: r.Source, ContactID: r.ContactID, ContactName: r.ContactName, Shared: r.Shared, LeadID: r.LeadID,
		Line: r.Subject, Advert: fromJSON(r.UTM)["utm_source"], OperatorUser: person(r.OperatorID, r.OperatorName),
		Call: leads.Call{
			Linkedid: r.Linkedid, Direction: leads.Direction(r.CallDirection), State: leads.CallState(r.State),
			Disposition: leads.Disposition(r.Disposition), From: r.FromNumber, To: r.ToNumber, DID: r.DID,
			Queue: r.Queue, Operator: r.OperatorExtension, HangupBy: r.HangupBy,
			Started: fromMicros(r.Started), Answered: fromMicros(r.Answered), Ended: fromMicros(r.Ended),
			Legs: []leads.Leg{}, Journal: r.Journal, PartOf: r.PartOf,
			Waited: microseconds(r.Waited), Rung: microseconds(r.Rung), Talked: microseconds(r.Talked), Held: microseconds(r.Held),
		},
	}
	c.Queues, c.Transfers = decodeJournalLists(r.Told)
	splitList(r.Legs, 8, func(f []string) {
		c.Legs = append(c.Legs, leads.Leg{
			State: leads.LegState(f[0]), Rang: parseTime(f[1]), Answered: parseTime(f[2]), Ended: parseTime(f[3]),
			Extension: f[4], User: person(f[5], f[7]), Channel: f[6],
		})
	})
	splitList(r.Recordings, 8, func(f []string) {
		c.Recorded = append(c.Recorded, leads.RecordedFile{File: f[7], Channel: f[5]})
		c.Recordings = append(c.Recordings, leads.Recording{
			ID: f[0], State: leads.RecordingState(f[1]), Seconds: float64(parseNumber(f[2])) / 1000, Channels: int(parseNumber(f[3])), Size: parseNumber(f[4]),
			Error: f[6], Channel: f[5], Leg: extensionOf(c.Legs, f[5]),
		})
	})
	c.Durations()
	return c
}

// extensionOf returns the extension of a channel's leg.
func extensionOf(legs []leads.Leg, channel string) string {
	for _, l := range legs {
		if l.Channel == channel {
			return l.Extension
		}
	}
	return ""
}

func microseconds(n int64) time.Duration { return time.Duration(n) * time.Microsecond }

// journalLists is the stored form of the lists that only the journal has of a call.
type journalLists struct {
	Queues    []string         `json:"queues,omitempty"`
	Transfers []leads.Transfer `json:"transfers,omitempty"`
}

// encodeJournalLists returns the stored form, empty without any.
func encodeJournalLists(c leads.Call) string {
	if len(c.Queues)+len(c.Transfers) == 0 {
		return ""
	}
	b, _ := json.Marshal(journalLists{c.Queues, c.Transfers}) // of texts and times only: cannot fail
	return string(b)
}

func decodeJournalLists(s string) ([]string, []leads.Transfer) {
	var t journalLists
	if s != "" {
		_ = json.Unmarshal([]byte(s), &t) // written by encodeJournalLists
	}
	return t.Queues, t.Transfers
}

func eventOf(r db.Event) leads.Event {
	return leads.Event{
		Seq: r.Seq, ID: r.ID, Type: leads.EventType(r.Type), At: fromMicros(r.At), LeadID: r.LeadID,
		Audience: strings.Fields(r.Audience), Data: []byte(r.Data),
	}
}

// toJSON is the stored form of a map or list, empty for an empty one.
func toJSON[T map[string]string | []string | []leads.Attachment | []leads.Shift | []leads.DuplicateReason](v T) string {
	if len(v) == 0 {
		return ""
	}
	b, _ := json.Marshal(v) // of texts and numbers only: cannot fail
	return string(b)
}

func fromJSON(s string) map[string]string {
	if s == "" {
		return nil
	}
	var m map[string]string
	_ = json.Unmarshal([]byte(s), &m) // written by toJSON
	return m
}

func attachmentsOf(s string) (all []leads.Attachment) {
	if s != "" {
		_ = json.Unmarshal([]byte(s), &all) // written by toJSON
	}
	return all
}

// mapRows converts rows to records.
func mapRows[R, T any](rows []R, record func(R) T) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = record(r)
	}
	return out
}
