package telegram

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ctihub/connectors/vendors/answers"
)

// webAppDetails shows what a customer filled in. Phones and addresses in it are only
// offered, because nothing but the names of the fields says whose they are.
func webAppDetails(s *serviceData) (string, string) {
	f, ok := answers.ReadText(s.Data)
	if !ok {
		return s.Button, s.Data
	}
	s.touch.Offered = append(s.touch.Offered, f.Identities()...)
	if s.touch.Name == "" {
		s.touch.Name = f.Name()
	}
	return s.Button, f.String()
}

func paymentDetails(s *serviceData) (string, string) { return s.amount(), s.order(s.touch, s.lang) }

func tasks(of []task) string {
	var all []string
	for _, t := range of {
		mark := "— "
		if t.Completed != nil {
			mark = "✓ "
		}
		all = append(all, mark+t.Text)
	}
	return strings.Join(all, "\n")
}

func checklistMarks(s *serviceData) (string, string) {
	all := s.ChecklistOne.Checklist.Tasks
	name := func(id int) string {
		if i := slices.IndexFunc(all, func(t task) bool { return t.ID == id }); i >= 0 {
			return all[i].Text
		}
		return strconv.Itoa(id)
	}
	var said []string
	for _, id := range s.Done {
		said = append(said, "✓ "+name(id))
	}
	for _, id := range s.NotDone {
		said = append(said, "— "+name(id))
	}
	return "", strings.Join(said, "\n")
}

func giftDetails(s *serviceData) (string, string) {
	what := join(s.Gift.Sticker.Emoji, s.Gift.Base)
	if s.Gift.Number > 0 {
		what += " #" + strconv.Itoa(s.Gift.Number)
	}
	if s.Gift.Stars > 0 {
		what = join(what, fmt.Sprintf("%d ⭐", s.Gift.Stars))
	}
	return what, s.Text
}

func giveawayDetails(s *serviceData) (string, string) { return join(s.Prize, number(s.Winners)), "" }

func stars(s *serviceData) (string, string) { return fmt.Sprintf("%d ⭐", s.Stars), "" }

func sharedUsers(s *serviceData) (string, string) {
	var all []string
	for _, u := range s.Users {
		who := join(u.First, u.Last, at(u.Username))
		if who == "" {
			who = strconv.FormatInt(u.ID, 10)
		}
		all = append(all, who)
	}
	for _, id := range s.UserIDs {
		all = append(all, strconv.FormatInt(id, 10))
	}
	return strings.Join(all, ", "), ""
}

func at(username string) string {
	if username == "" {
		return ""
	}
	return "@" + username
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func join(of ...string) string {
	return strings.Join(slices.DeleteFunc(of, func(s string) bool { return strings.TrimSpace(s) == "" }), " ")
}
