package leads

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Values of custom fields are stored as texts of one line: a text, a decimal number, "150000 RUB"
// (hundredths), a day as 2006-01-02, the id of a choice, yes or no, a phone in E.164, a link. Of
// several choices there is one text of each; other fields have one.

// CustomTextMost is the greatest length of a text or a link in characters.
const CustomTextMost = 500

// CustomRules is how values are read that do not say it themselves.
type CustomRules struct {
	Region   string // ISO 3166-1 alpha-2, for national phone numbers
	Currency string // ISO 4217, of amounts without one
}

// Parse reads a value of a field as the API has it and returns the texts that are stored; none:
// it clears. had are the texts that the record has: a choice that is retired since stays.
func (f CustomField) Parse(value json.RawMessage, had []string, r CustomRules) ([]string, error) {
	if string(value) == "null" {
		return nil, nil
	}
	var text string
	if json.Unmarshal(value, &text) == nil {
		return f.ParseText(text, had, r)
	}
	switch f.Kind {
	case CustomNumber:
		var n json.Number
		if json.Unmarshal(value, &n) == nil {
			return f.ParseText(n.String(), had, r)
		}
	case CustomMoney:
		var m struct {
			Amount   *int64 `json:"amount"`
			Currency string `json:"currency"`
		}
		if json.Unmarshal(value, &m) == nil && m.Amount != nil {
			return f.money(*m.Amount, m.Currency)
		}
	case CustomYesNo:
		var yes bool
		if json.Unmarshal(value, &yes) == nil {
			return []string{map[bool]string{true: "yes", false: "no"}[yes]}, nil
		}
	case CustomChoose, CustomSeveral:
		var names []string
		if json.Unmarshal(value, &names) == nil {
			return f.choose(names, had)
		}
	}
	return nil, f.wrong()
}

// remedies say what a value of a kind looks like.
var remedies = map[CustomKind]string{
	CustomText:    "A text of at most 500 characters on one line.",
	CustomNumber:  "A number of at most 15 digits, 12 before and 6 after the point.",
	CustomMoney:   `An amount in hundredths with its currency, such as {"amount": 150000, "currency": "RUB"}.`,
	CustomDate:    "A day from the year 1800 on, such as 1990-05-17.",
	CustomChoose:  "One of the choices of the field; GET /api/v1/fields lists them.",
	CustomSeveral: "A list of choices of the field; GET /api/v1/fields lists them.",
	CustomYesNo:   "true or false.",
	CustomPhone:   "One phone number, as in +7 916 123-45-67.",
	CustomLink:    "An address that begins with https:// or http://, of at most 500 characters.",
}

func (f CustomField) wrong() *Problem { return Invalid("fields."+f.ID, remedies[f.Kind]) }

// ParseText is Parse of a value that a person typed or a form sent.
func (f CustomField) ParseText(text string, had []string, r CustomRules) ([]string, error) {
	if !Printable(strings.TrimSpace(text)) {
		return nil, f.wrong()
	}
	text = OneSpace(text)
	switch {
	case text == "":
		return nil, nil
	case utf8.RuneCountInString(text) > CustomTextMost:
		return nil, f.wrong()
	}
	switch f.Kind {
	case CustomText:
		return []string{text}, nil
	case CustomNumber:
		if n, ok := decimal(text, 12, 6, 15); ok {
			return []string{n}, nil
		}
	case CustomMoney:
		return f.typedMoney(text, r.Currency)
	case CustomDate:
		for _, layout := range []string{time.DateOnly, "02.01.2006"} {
			if day, err := time.Parse(layout, text); err == nil && day.Year() >= 1800 {
				return []string{day.Format(time.DateOnly)}, nil
			}
		}
	case CustomChoose, CustomSeveral:
		return f.choose([]string{text}, had)
	case CustomYesNo:
		switch Fold(text) {
		case "yes", "true", "on", "1", "да":
			return []string{"yes"}, nil
		case "no", "false", "off", "0", "нет":
			return []string{"no"}, nil
		}
	case CustomPhone:
		if e164, ext, err := NormalisePhone(text, r.Region); err == nil && ext == "" {
			return []string{e164}, nil
		}
	case CustomLink:
		u, err := url.Parse(text)
		if err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil && !strings.ContainsAny(text, " <>\"") {
			return []string{text}, nil
		}
	}
	return nil, f.wrong()
}

var decimalForm = regexp.MustCompile(`^(-?)0*(\d+)(?:[.,](\d*?)0*)?$`)

// decimal returns a number in its one form, without blanks, superfluous zeros and an exponent, if
// it has at most so many digits before and after the point and together.
func decimal(s string, before, after, together int) (string, bool) {
	m := decimalForm.FindStringSubmatch(strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(s))
	if m == nil || len(m[2]) > before || len(m[3]) > after || len(m[2])+len(m[3]) > together {
		return "", false
	}
	n := m[2]
	if m[3] != "" {
		n += "." + m[3]
	}
	if n != "0" {
		n = m[1] + n
	}
	return n, true
}

// scaled returns a decimal times ten to the power of digits.
func scaled(n string, digits int) int64 {
	whole, rest, _ := strings.Cut(n, ".")
	i, _ := strconv.ParseInt(whole+rest+strings.Repeat("0", digits-len(rest)), 10, 64) // at most 18 digits, see decimal
	return i
}

// moneyMost is the greatest amount, in hundredths.
const moneyMost = 100_000_000_000_000

func (f CustomField) money(hundredths int64, currency string) ([]string, error) {
	isCurrency := len(currency) == 3 && strings.Trim(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	if !isCurrency || hundredths < -moneyMost || hundredths > moneyMost {
		return nil, f.wrong()
	}
	return []string{strconv.FormatInt(hundredths, 10) + " " + currency}, nil
}

// typedMoney reads an amount in units of its currency, such as "1 500.50 RUB".
func (f CustomField) typedMoney(text, currency string) ([]string, error) {
	if at := strings.LastIndex(text, " "); at > 0 && len(text)-at == 4 && strings.ToUpper(text[at+1:]) != strings.ToLower(text[at+1:]) {
		text, currency = text[:at], strings.ToUpper(text[at+1:])
	}
	n, ok := decimal(text, 12, 2, 14)
	if !ok {
		return nil, f.wrong()
	}
	return f.money(scaled(n, 2), currency)
}

// choose returns the ids of choices that are named by id or by name in any case, in their order.
func (f CustomField) choose(names, had []string) (ids []string, err error) {
	for _, name := range names {
		i := slices.IndexFunc(f.Choices, func(c CustomChoice) bool { return c.ID == name })
		if i < 0 {
			i = slices.IndexFunc(f.Choices, func(c CustomChoice) bool { return Fold(c.Name) == Fold(OneSpace(name)) })
		}
		switch {
		case i < 0:
			return nil, f.wrong()
		case f.Choices[i].Retired && !slices.Contains(had, f.Choices[i].ID):
			return nil, Invalid("fields."+f.ID, "This choice is retired; choose another one.")
		}
		ids = append(ids, f.Choices[i].ID)
	}
	slices.SortFunc(ids, func(a, b string) int { return f.place(a) - f.place(b) })
	ids = slices.Compact(ids)
	if f.Kind == CustomChoose && len(ids) > 1 {
		return nil, f.wrong()
	}
	return ids, nil
}

func (f CustomField) place(choice string) int {
	return slices.IndexFunc(f.Choices, func(c CustomChoice) bool { return c.ID == choice })
}

// EncodeCustom returns the value of a kind as the API has it.
func EncodeCustom(k CustomKind, texts []string) json.RawMessage {
	var value any = texts
	if k != CustomSeveral {
		switch text := texts[0]; k {
		case CustomNumber:
			return json.RawMessage(text)
		case CustomMoney:
			amount, currency, _ := strings.Cut(text, " ")
			return json.RawMessage(`{"amount":` + amount + `,"currency":"` + currency + `"}`)
		case CustomYesNo:
			value = text == "yes"
		default:
			value = text
		}
	}
	b, _ := json.Marshal(value) // of texts: cannot fail
	return b
}

// Stored returns the texts that are stored of a value which a record has.
func (f CustomField) Stored(value json.RawMessage) (texts []string) {
	if len(value) == 0 {
		return nil
	}
	switch f.Kind {
	case CustomSeveral:
		_ = json.Unmarshal(value, &texts) // written by EncodeCustom
	case CustomMoney, CustomNumber, CustomYesNo:
		texts, _ = f.Parse(value, nil, CustomRules{})
	default:
		texts = []string{""}
		_ = json.Unmarshal(value, &texts[0]) // likewise
	}
	return texts
}

// Shown returns a stored value for people: choices by their names.
func (f CustomField) Shown(texts []string) string {
	if f.Kind != CustomChoose && f.Kind != CustomSeveral {
		return strings.Join(texts, "")
	}
	var names []string
	for _, id := range texts {
		if i := f.place(id); i >= 0 {
			id = f.Choices[i].Name
		}
		names = append(names, id)
	}
	return strings.Join(names, ", ")
}

// FoldCustom returns what filters compare a stored text with. A day begins with its month, so that
// the days of a year are in order whatever the year is.
func FoldCustom(k CustomKind, text string) string {
	switch k {
	case CustomText, CustomLink:
		return Fold(text)
	case CustomDate:
		return text[5:] + " " + text[:4]
	}
	return text
}

// NumberOfCustom returns by what ranges compare a stored text: millionths, hundredths, or a day as
// 20060102; 0 for other kinds.
func NumberOfCustom(k CustomKind, text string) int64 {
	switch k {
	case CustomNumber:
		return scaled(text, 6)
	case CustomMoney:
		amount, _, _ := strings.Cut(text, " ")
		return scaled(amount, 0)
	case CustomDate:
		return scaled(strings.ReplaceAll(text, "-", ""), 0)
	}
	return 0
}

// Searched reports whether values of a kind are found by their texts, or by the names of choices.
func (k CustomKind) Searched() bool {
	return k == CustomText || k == CustomPhone || k == CustomLink || k == CustomNumber || k == CustomChoose || k == CustomSeveral
}
