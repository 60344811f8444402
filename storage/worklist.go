package storage

import (
	"context"

	"ctihub/leads/worklist"
	"ctihub/storage/batch"
)

var _ worklist.Store = (*Store)(nil)

// lastWords selects when the customer of each lead first wrote after they were last answered:
// by a message of ours that did not fail, or by a talk: a call of an exchange, or one that a
// user wrote down. Leads without such a message have no row.
var lastWords = batch.NewJoin[string, lastWord]("reading messages without an answer", `
SELECT x.id, i.at FROM (SELECT v.id, COALESCE((
        SELECT CASE WHEN k.answered > i.at THEN k.answered ELSE i.at END FROM interactions i LEFT JOIN calls k ON k.id = i.id LEFT JOIN replies r ON r.id = i.id
        WHERE i.lead_id = v.id AND i.channel <> 'note' AND (k.answered <> 0
            OR k.id IS NULL AND (i.direction = 'out' AND COALESCE(r.state, '') <> 'failed' OR i.channel IN ('call', 'meeting', 'visit')))
        ORDER BY i.at DESC, i.id DESC LIMIT 1), 0) AS answered FROM v) x
    JOIN interactions i ON i.id = (
        SELECT m.id FROM interactions m
        WHERE m.lead_id = x.id AND m.at > x.answered AND m.direction = 'in' AND m.channel NOT IN ('call', 'meeting', 'visit', 'note') AND m.automatic = ''
        ORDER BY m.at, m.id LIMIT 1)`, "id")

type lastWord struct {
	LeadID string
	At     int64
}

// LastWords returns the messages of customers that have no answer, by the ids of leads.
func (s *Store) LastWords(ctx context.Context, leadIDs []string) (map[string]worklist.LastWord, error) {
	rows, err := lastWords.Rows(ctx, s.batch, leadIDs...)
	words := make(map[string]worklist.LastWord, len(rows))
	for _, r := range rows {
		words[r.LeadID] = worklist.LastWord{Asked: fromMicros(r.At)}
	}
	return words, err
}
