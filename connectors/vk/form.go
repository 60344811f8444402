package vk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/answers"
	"ctihub/leads"
)

// formTouch returns the touch of a filled-in lead form (lead_forms_new). The answers
// are the person's own data.
func (c *community) formTouch(ctx context.Context, u update) *leads.Touch {
	var f struct {
		LeadID  text    `json:"lead_id"`
		UserID  number  `json:"user_id"`
		FormID  text    `json:"form_id"`
		Name    text    `json:"form_name"`
		AdID    text    `json:"ad_id"`
		Answers replies `json:"answers"`
	}
	if err := vendors.DecodeLenient(u.Object, &f); err != nil || len(f.Answers) == 0 && f.UserID <= 0 {
		return c.unreadable(u)
	}
	t := c.userTouch(ctx, int64(f.UserID), u)
	if f.LeadID != "" && f.LeadID != "0" {
		t.ExternalID = fmt.Sprintf("lead:%s:%s", f.FormID, f.LeadID)
	}
	t.UTM = map[string]string{"utm_source": "vk", "utm_medium": "lead_form", "utm_campaign": string(f.Name)}
	if f.AdID != "" && f.AdID != "0" {
		t.UTM["utm_content"] = string(f.AdID)
	}
	said := []string{"[" + fmt.Sprintf(c.say.form, f.Name) + "]"}
	var given answers.Fields
	for _, a := range f.Answers {
		value := answerText(a.Answer)
		if value == "" {
			continue
		}
		key, question := string(a.Key), string(a.Question)
		question = cmp.Or(question, key)
		said = append(said, question+": "+value)
		// The key of a ready-made question says what the answer is; without one
		// the question does.
		answer := answers.Field{Name: key, Value: value}
		if !answer.IsPersonal() {
			answer.Name = question
		}
		given = append(given, answer)
	}
	t.Text = strings.Join(said, "\n")
	t.From = append(t.From, given.Identities()...)
	if name := given.Name(); name != "" {
		t.Name = name
	}
	return t
}

// replies are the answers of a lead form. VK sends a list; programs that pass it
// on send an object of keys and answers, or either of the two as a text.
type replies []struct {
	Key      text            `json:"key"`
	Question text            `json:"question"`
	Answer   json.RawMessage `json:"answer"` // a text; of several choices a list
}

// UnmarshalJSON reads any of these forms.
func (r *replies) UnmarshalJSON(b []byte) error {
	var inner string
	if json.Unmarshal(b, &inner) == nil {
		b = []byte(inner)
	}
	type plain replies
	if len(b) > 0 && b[0] == '[' {
		return vendors.DecodeLenient(b, (*plain)(r))
	}
	fields, _ := answers.Read(b)
	all := make(replies, len(fields))
	for i, f := range fields {
		all[i].Key = text(f.Name)
		all[i].Answer, _ = json.Marshal(f.Value) // a string
	}
	*r = all
	return nil
}

// answerText returns an answer as people read it. Choices come as a list of texts,
// or of objects with a value each.
func answerText(raw json.RawMessage) string {
	var plain text
	if _ = json.Unmarshal(raw, &plain); plain != "" {
		return strings.TrimSpace(string(plain))
	}
	var choices []struct {
		Value text `json:"value"`
	}
	if json.Unmarshal(raw, &choices) == nil {
		var all []string
		for _, x := range choices {
			all = append(all, string(x.Value))
		}
		return joined(", ", all...)
	}
	var choice struct {
		Value text `json:"value"`
	}
	if json.Unmarshal(raw, &choice) == nil && choice.Value != "" {
		return strings.TrimSpace(string(choice.Value))
	}
	f, _ := answers.Read(raw)
	return strings.Join(f.Lines(), ", ")
}
