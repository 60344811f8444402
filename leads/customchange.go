package leads

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// CustomChange is a change of what a record has in a custom field. The texts are as they are
// stored; none: no value.
type CustomChange struct {
	Field         CustomField
	Before, After []string
}

// Change returns the values of a record of an object with a change, and what it changes, in the
// order of the fields. Only the fields that the change names are changed.
func (c CustomValues) Change(all []CustomField, object CustomObject, to CustomValues, r CustomRules) (is CustomValues, changes []CustomChange, err error) {
	for code := range to {
		if !slices.ContainsFunc(all, func(f CustomField) bool { return f.ID == code && f.Object == object }) {
			return c, nil, Invalid("fields."+code, "There is no such custom field of this record; GET /api/v1/fields lists them.")
		}
	}
	for _, f := range all {
		value, ok := to[f.ID]
		if !ok {
			continue
		}
		before := f.Stored(c[f.ID])
		after, err := f.Parse(value, before, r)
		switch {
		case err != nil:
			return c, nil, err
		case slices.Equal(before, after):
			continue
		case f.Retired && len(after) > 0:
			return c, nil, Invalid("fields."+f.ID, "This field is retired and cannot be set any more.")
		}
		changes = append(changes, CustomChange{f, before, after})
	}
	return c.With(changes), changes, nil
}

// With returns the values with changes.
func (c CustomValues) With(changes []CustomChange) CustomValues {
	if len(changes) == 0 {
		return c
	}
	is := maps.Clone(c)
	if is == nil {
		is = CustomValues{}
	}
	for _, change := range changes {
		if delete(is, change.Field.ID); len(change.After) > 0 {
			is[change.Field.ID] = EncodeCustom(change.Field.Kind, change.After)
		}
	}
	if len(is) == 0 {
		return nil
	}
	return is
}

// Custom adds changes of custom fields to a history.
func (h *History) Custom(changes []CustomChange) {
	for _, c := range changes {
		h.Add(c.Entry())
	}
}

// Entry is the change in the history.
func (c CustomChange) Entry() HistoryEntry {
	return HistoryEntry{
		Field: FieldCustom, Custom: &CustomName{ID: c.Field.ID, Name: c.Field.Name}, Before: c.Field.Shown(c.Before), After: c.Field.Shown(c.After),
	}
}

// Of reports whether leads of a pipeline have the field; fields of other records are not
// restricted.
func (f CustomField) Of(pipelineID string) bool {
	return f.Object != CustomOfLead || len(f.Pipelines) == 0 || slices.Contains(f.Pipelines, pipelineID)
}

// RequiredIn reports whether the field is required in a stage of a pipeline: that from which on it
// is, or a later open or won one.
func (f CustomField) RequiredIn(p Pipeline, stageID string) bool {
	if f.Retired || !f.Of(p.ID) {
		return false
	}
	from := slices.IndexFunc(p.Stages, func(s Stage) bool { return slices.Contains(f.RequiredFrom, s.ID) })
	at := slices.IndexFunc(p.Stages, func(s Stage) bool { return s.ID == stageID })
	return from >= 0 && at >= from && p.Stages[at].Kind != StageLost
}

// CustomFilter is a condition on a custom field of a record.
type CustomFilter struct {
	FieldID  string
	Is       string // folded; empty: a range
	From, To int64  // of NumberOfCustom, inclusive
}

// ParseFilter reads a filter as code:value, or as code:from..to of numbers, money in units of its
// currency and dates.
func ParseFilter(all []CustomField, object CustomObject, text string, r CustomRules) (c CustomFilter, err error) {
	code, value, _ := strings.Cut(text, ":")
	i := slices.IndexFunc(all, func(f CustomField) bool { return f.ID == code && f.Object == object })
	if i < 0 {
		return c, Invalid("field", "Give a custom field of these records as code:value; GET /api/v1/fields lists them.")
	}
	f := all[i]
	if value = strings.TrimSpace(value); value == "" {
		return c, Invalid("field", "Give a value after "+code+":.")
	}
	c = CustomFilter{FieldID: f.ID, From: -1 << 63, To: 1<<63 - 1}
	wrong := func(err error) (CustomFilter, error) {
		if p, ok := err.(*Problem); ok { //nolint:errorlint // of ParseText
			return c, Invalid("field", code+": "+p.Detail)
		}
		return c, err
	}
	if ranged := f.Kind == CustomNumber || f.Kind == CustomMoney || f.Kind == CustomDate; ranged {
		from, to, several := strings.Cut(value, "..")
		if !several {
			to = from
		}
		for _, end := range []struct {
			text string
			n    *int64
		}{{from, &c.From}, {to, &c.To}} {
			texts, err := f.ParseText(end.text, nil, CustomRules{Region: r.Region, Currency: "XXX"}) // of any currency
			if err != nil {
				return wrong(err)
			}
			if len(texts) > 0 {
				*end.n = NumberOfCustom(f.Kind, texts[0])
			}
		}
		return c, nil
	}
	var had []string // retired ones too
	for _, choice := range f.Choices {
		had = append(had, choice.ID)
	}
	texts, err := f.ParseText(value, had, r)
	if err != nil {
		return wrong(err)
	}
	c.Is = FoldCustom(f.Kind, texts[0])
	return c, nil
}

// Has reports whether there is a value of a field.
func (c CustomValues) Has(code string) bool { return len(c[code]) > 0 && !isNull(c[code]) }

func isNull(value json.RawMessage) bool { return string(value) == "null" }
