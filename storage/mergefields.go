package storage

import (
	"slices"

	"ctihub/leads"
)

// The values in custom fields of merged contacts and joined leads. Those of removed records are
// removed with them. Of the contact that stays a field that is changed has images of what it was,
// and of what it became.

// takeValues removes the values of a record.
func (g *merger) takeValues(recordID string) {
	g.keepImages("field_values", g.rows("field_values", "record_id = $1", recordID), "")
	g.do("DELETE FROM field_values WHERE record_id = $1", recordID)
}

// changeValues gives the contact that stays its values.
func (g *merger) changeValues() {
	for _, c := range g.Custom {
		const of = "record_id = $1 AND field_id = $2"
		g.keepImages("field_values", g.rows("field_values", of, g.Keep.ID, c.Field.ID), unchanged)
		if g.err == nil {
			g.err = g.tx.SaveCustom(g.ctx, leads.CustomOfContact, g.Keep.ID, g.Keep.Created, []leads.CustomChange{c})
		}
		for _, added := range g.rows("field_values", of, g.Keep.ID, c.Field.ID) {
			g.images++
			g.do("INSERT INTO merge_images (merge_id, n, name, id, before, after) VALUES ($1, $2, 'field_values', $3, '', $4)", g.id, g.images, c.Field.ID, added.encode())
		}
	}
}

// values gives the removed contacts and leads their values back, and the contact that stayed those
// that it had, save fields that were changed since. Of fields that were deleted since nothing comes back.
func (u *unmerger) values() {
	was, became := map[string][]image{}, map[string][]image{}
	for _, i := range u.images {
		switch {
		case i.table != "field_values":
		case i.removed:
			u.putValue(i.before)
		case len(i.after) == 0:
			was[i.before.text("field_id")] = append(was[i.before.text("field_id")], i.before)
		default:
			became[i.after.text("field_id")] = append(became[i.after.text("field_id")], i.after)
		}
	}
	valuesIn := func(rows []image) []string {
		texts := mapRows(rows, func(r image) string { return r.text("value") })
		slices.Sort(texts)
		return texts
	}
	for field, rows := range became {
		now := u.rows("field_values", "record_id = $1 AND field_id = $2", u.from, field)
		if !slices.Equal(valuesIn(now), valuesIn(rows)) {
			continue
		}
		u.do("DELETE FROM field_values WHERE record_id = $1 AND field_id = $2", u.from, field)
		for _, row := range was[field] {
			u.putValue(row)
		}
	}
}

func (u *unmerger) putValue(row image) {
	if len(u.rows("custom_fields", "id = $1", row.text("field_id"))) > 0 {
		u.insert("field_values", row)
	}
}
