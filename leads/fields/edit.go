package fields

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ctihub/leads"
)

// Limits of custom fields.
const (
	fieldsMost  = 100 // of one object
	choicesMost = 200 // of one field
	nameMost    = 100 // characters
	codeMost    = 40
	remindMost  = 60 // days
)

// Edit is what a person changes of a field. What is nil stays as it is.
type Edit struct {
	Name                    *string
	Position, RemindDays    *int64
	Pipelines, RequiredFrom *[]string
	Listed, Retired         *bool
	Choices                 []ChoiceEdit // all of them in their order; those left out are deleted, or retired if used
}

// ChoiceEdit is a choice as it will be.
type ChoiceEdit struct {
	ID      string // empty: a new one
	Name    string
	Retired bool
}

func (e Edit) empty() bool {
	return e.Name == nil && e.Position == nil && e.RemindDays == nil && e.Pipelines == nil && e.RequiredFrom == nil && e.Listed == nil && e.Retired == nil && e.Choices == nil
}

// apply returns a field with an edit, or what is wrong with it.
func (e Edit) apply(ctx context.Context, tx Tx, f leads.CustomField) (_ leads.CustomField, err error) {
	if e.Name != nil {
		if f.Name, err = named("name", *e.Name); err != nil {
			return f, err
		}
	}
	for _, number := range []struct{ to, field *int64 }{{e.Position, &f.Position}, {e.RemindDays, &f.RemindDays}} {
		if number.to != nil {
			*number.field = *number.to
		}
	}
	for _, flag := range []struct{ to, field *bool }{{e.Listed, &f.Listed}, {e.Retired, &f.Retired}} {
		if flag.to != nil {
			*flag.field = *flag.to
		}
	}
	reminds := f.Kind == leads.CustomDate && (f.Object == leads.CustomOfContact || f.Object == leads.CustomOfLead)
	switch {
	case f.Position < 0 || f.Position > 1_000_000:
		return f, leads.Invalid("position", "From 0 to 1000000.")
	case f.RemindDays < -1 || f.RemindDays > remindMost:
		return f, leads.Invalid("remind_days", "From 0 to 60 days ahead, or -1 for no reminder.")
	case f.RemindDays >= 0 && !reminds:
		return f, leads.Invalid("remind_days", "Only dates of contacts and leads remind; give -1.")
	}
	if e.Pipelines != nil || e.RequiredFrom != nil {
		all, err := tx.Pipelines(ctx)
		if err != nil {
			return f, err
		}
		if f, err = e.placed(f, all); err != nil {
			return f, err
		}
	}
	chooses := f.Kind == leads.CustomChoose || f.Kind == leads.CustomSeveral
	switch {
	case e.Choices != nil && !chooses && len(e.Choices) > 0:
		return f, leads.Invalid("choices", "Only fields of the kinds choice and choices have them.")
	case e.Choices != nil && chooses:
		if f.Choices, err = e.chosen(ctx, tx, f); err != nil {
			return f, err
		}
	}
	if chooses && !slices.ContainsFunc(f.Choices, func(c leads.CustomChoice) bool { return !c.Retired }) {
		return f, leads.Invalid("choices", "Give at least one choice.")
	}
	return f, nil
}

// named returns a name as it is stored. "|" separates names in the views of the schema.
func named(field, name string) (string, error) {
	name = leads.OneSpace(name)
	if name == "" || utf8.RuneCountInString(name) > nameMost || !leads.Printable(name) || strings.Contains(name, "|") {
		return "", leads.Invalid(field, "Give a name of at most 100 characters, without control characters and \"|\".")
	}
	return name, nil
}

// placed returns a field with the pipelines whose leads have it and the stages from which on it is
// required.
func (e Edit) placed(f leads.CustomField, all []leads.Pipeline) (leads.CustomField, error) {
	if e.Pipelines != nil {
		f.Pipelines = unique(*e.Pipelines)
		for _, id := range f.Pipelines {
			if !slices.ContainsFunc(all, func(p leads.Pipeline) bool { return p.ID == id }) {
				return f, leads.Invalid("pipelines", "The id of a pipeline is wrong: "+id+".")
			}
		}
		if len(f.Pipelines) > 0 && f.Object != leads.CustomOfLead {
			return f, leads.Invalid("pipelines", "Only fields of leads are limited to pipelines.")
		}
	}
	if e.RequiredFrom != nil {
		f.RequiredFrom = unique(*e.RequiredFrom)
	}
	seen := map[string]bool{}
	for _, id := range f.RequiredFrom {
		i := slices.IndexFunc(all, func(p leads.Pipeline) bool { _, ok := p.Stage(id); return ok })
		switch {
		case i < 0:
			return f, leads.Invalid("required_from", "The id of a stage is wrong: "+id+".")
		case seen[all[i].ID]:
			return f, leads.Invalid("required_from", "Give one stage of each pipeline: later ones require the field too.")
		case !f.Of(all[i].ID):
			return f, leads.Invalid("required_from", "A stage is of a pipeline whose leads do not have the field.")
		}
		if s, _ := all[i].Stage(id); s.Kind == leads.StageLost {
			return f, leads.Invalid("required_from", "Nothing is required in a lost stage.")
		}
		seen[all[i].ID] = true
	}
	return f, nil
}

func unique(ids []string) []string {
	ids = slices.Clone(append([]string{}, ids...))
	slices.Sort(ids)
	return slices.Compact(ids)
}

// chosen returns the choices after an edit; those that are left out and used come last, retired.
func (e Edit) chosen(ctx context.Context, tx Tx, f leads.CustomField) (all []leads.CustomChoice, err error) {
	for _, c := range e.Choices {
		is := leads.CustomChoice{ID: c.ID, Retired: c.Retired}
		if is.Name, err = named("choices", c.Name); err != nil {
			return nil, err
		}
		if is.ID == "" {
			is.ID = tx.NewID()
		} else if !slices.ContainsFunc(f.Choices, func(o leads.CustomChoice) bool { return o.ID == c.ID }) {
			return nil, leads.Invalid("choices", "The field has no choice of this id: "+c.ID+".")
		}
		if slices.ContainsFunc(all, func(o leads.CustomChoice) bool { return o.ID == is.ID || leads.Fold(o.Name) == leads.Fold(is.Name) }) {
			return nil, leads.Invalid("choices", "A choice is there twice: "+is.Name+".")
		}
		all = append(all, is)
	}
	for _, was := range f.Choices {
		if slices.ContainsFunc(all, func(o leads.CustomChoice) bool { return o.ID == was.ID }) {
			continue
		}
		used, err := tx.ChoiceUsed(ctx, f.ID, was.ID)
		if err != nil {
			return nil, err
		}
		if used {
			if slices.ContainsFunc(all, func(o leads.CustomChoice) bool { return leads.Fold(o.Name) == leads.Fold(was.Name) }) {
				return nil, leads.Invalid("choices", "Records have the choice "+was.Name+" that you replace: give its id with the name.")
			}
			was.Retired = true
			all = append(all, was)
		}
	}
	if len(all) > choicesMost {
		return nil, leads.Invalid("choices", "A field has at most 200 choices, retired ones too.")
	}
	return all, nil
}

var codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// codeOf returns the code of a new field: as given, else made of its name and different from the
// others.
func codeOf(f leads.CustomField, all []leads.CustomField) (string, error) {
	if f.ID != "" {
		if !codeForm.MatchString(f.ID) {
			return "", leads.Invalid("id", "At most 40 small letters a to z, digits and underscores; a letter first.")
		}
		return f.ID, nil
	}
	base := codeFrom(f.Name)
	code := base
	for n := 2; slices.ContainsFunc(all, func(o leads.CustomField) bool { return o.ID == code }); n++ {
		end := "_" + strconv.Itoa(n)
		code = base[:min(len(base), codeMost-len(end))] + end
	}
	return code, nil
}

// latin has the Russian letters in Latin ones, for codes.
var latin = strings.NewReplacer(
	"а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ж", "zh", "з", "z", "и", "i", "й", "y", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p",
	"р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "kh", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "shch", "ъ", "", "ы", "y", "ь", "", "э", "e", "ю", "yu", "я", "ya",
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss",
)

// codeFrom makes a code of a name.
func codeFrom(name string) string {
	var b strings.Builder
	for _, r := range latin.Replace(leads.Fold(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	code := b.String()
	if code == "" || code[0] < 'a' {
		code = "field_" + code
	}
	return strings.TrimRight(code[:min(len(code), codeMost)], "_")
}

// differences is the history of a field that a viewer changes.
func differences(v leads.Viewer, was, is leads.CustomField) []leads.HistoryEntry {
	h := leads.History{Of: recordOf(is), By: v}
	h.Field(leads.FieldName, was.Name, is.Name)
	h.Field(leads.FieldPosition, strconv.FormatInt(was.Position, 10), strconv.FormatInt(is.Position, 10))
	h.Field(leads.FieldPipelines, strings.Join(was.Pipelines, ", "), strings.Join(is.Pipelines, ", "))
	h.Field(leads.FieldRequiredFrom, strings.Join(was.RequiredFrom, ", "), strings.Join(is.RequiredFrom, ", "))
	h.Field(leads.FieldRemindDays, days(was), days(is))
	h.Field(leads.FieldListed, leads.YesNo(was.Listed), leads.YesNo(is.Listed))
	h.Field(leads.FieldRetired, leads.YesNo(was.Retired), leads.YesNo(is.Retired))
	if !slices.Equal(was.Choices, is.Choices) {
		h.Add(leads.HistoryEntry{Field: leads.FieldChoices, Before: choiceNames(was), After: choiceNames(is)})
	}
	return h.Entries
}

func days(f leads.CustomField) string {
	if f.RemindDays < 0 {
		return ""
	}
	return strconv.FormatInt(f.RemindDays, 10)
}

// choiceNames are the choices that can be chosen.
func choiceNames(f leads.CustomField) string {
	var names []string
	for _, c := range f.Choices {
		if !c.Retired {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, ", ")
}
