-- name: GetFacts :one
SELECT * FROM facts WHERE interaction_id = $1;

-- name: InsertFacts :execrows
INSERT INTO facts (interaction_id, author_id, nature_id, subject, summary, outcome_id, decision, version)
VALUES (@interaction_id, @author_id, @nature_id, @subject, @summary, @outcome_id, @decision, 1) ON CONFLICT DO NOTHING;

-- Changes no row when another writer changed the facts since they were read.
-- name: UpdateFacts :execrows
UPDATE facts SET nature_id = @nature_id, subject = @subject, summary = @summary, outcome_id = @outcome_id, decision = @decision, version = version + 1
WHERE interaction_id = @interaction_id AND version = @version;

-- name: ListFactChanges :many
SELECT c.field, c.at, c.user_id, COALESCE(u.name, '') AS user_name, c.way, c.new_value, CAST(COALESCE(e.id, '') AS TEXT) AS entry_id,
    COALESCE(e.name_en, '') AS name_en, COALESCE(e.name_ru, '') AS name_ru
FROM changes c LEFT JOIN users u ON u.id = c.user_id LEFT JOIN dictionary_entries e ON e.id = c.new_value AND c.field IN ('nature', 'outcome')
WHERE c.object = 'interaction' AND c.object_id = @interaction_id AND c.field IN ('nature', 'subject', 'summary', 'outcome', 'decision')
ORDER BY c.at DESC, c.id DESC
LIMIT @most;

-- The entries of a dictionary in their order. A reason is used when a lead was refused with it.
-- name: ListEntries :many
SELECT e.*, CAST(EXISTS (SELECT 1 FROM changes c WHERE c.new_value = e.id AND c.field IN ('nature', 'outcome'))
    OR e.dictionary = 'refusal' AND EXISTS (SELECT 1 FROM leads l WHERE l.refusal_id <> '' AND l.refusal_id = e.id) AS BOOLEAN) AS used
FROM dictionary_entries e
WHERE e.dictionary = @dictionary
ORDER BY e.position, e.id;

-- name: InsertEntry :execrows
INSERT INTO dictionary_entries (id, dictionary, code, name_en, name_ru, folded, channel, direction, position, retired)
VALUES (@id, @dictionary, '', @name_en, @name_ru, @folded, @channel, @direction, @position, FALSE) ON CONFLICT DO NOTHING;

-- Changes no row when the entry changed since it was read.
-- name: UpdateEntry :execrows
UPDATE dictionary_entries SET name_en = @name_en, name_ru = @name_ru, folded = @folded, channel = @channel, direction = @direction,
    position = @position, retired = @retired
WHERE id = @id AND name_en = @old_name_en AND name_ru = @old_name_ru AND position = @old_position AND retired = @old_retired;

-- name: DeleteEntry :execrows
DELETE FROM dictionary_entries WHERE dictionary_entries.id = @id AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.new_value = @id AND c.field IN ('nature', 'outcome'));

-- name: ListRequired :many
SELECT * FROM required_facts ORDER BY scope, name, fact;

-- name: DropRequired :exec
DELETE FROM required_facts;

-- name: InsertRequired :exec
INSERT INTO required_facts (scope, name, fact) VALUES (@scope, @name, @fact);

-- Interactions of which nothing is required any more.
-- name: DropNotRequired :exec
DELETE FROM facts_due WHERE NOT EXISTS (SELECT 1 FROM facts_required q WHERE q.id = facts_due.id AND q.lacking);

-- How many interactions lack facts: all, or those of a user who still sees them; at most so many.
-- name: CountFactsDue :one
SELECT COUNT(*) FROM (
    SELECT d.id FROM facts_due d JOIN interactions i ON i.id = d.id
    WHERE d.holder = CAST(@holder AS TEXT)
      AND (CAST(@holder AS TEXT) = ''
        OR EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = i.contact_id AND v.user_id = CAST(@holder AS TEXT))
        OR EXISTS (SELECT 1 FROM call_viewers v WHERE v.call_id = i.id AND v.user_id = CAST(@holder AS TEXT)))
    LIMIT @most) AS due;

-- The interaction that a user registered by hand with a key.
-- name: RegisteredAs :one
SELECT i.id, i.channel, i.body, CAST(COALESCE(i.contact_id, '') AS TEXT) AS contact_id FROM interactions i
WHERE i.source = @source AND i.external_id = @external_id;

-- name: OpenCallbackOf :one
SELECT r.* FROM tasks t JOIN task_rows r ON r.id = t.id WHERE t.contact_id = @contact_id AND t.state = 'open' AND t.kind = 'callback';

-- Ends the wrap-up that began with the end of a call, or later.
-- name: EndWrapUp :execrows
UPDATE users SET presence = 'available', pause_reason = '', pause_note = '', presence_since = @now, presence_until = 0
WHERE id = @id AND presence = 'paused' AND pause_reason = 'wrap_up' AND presence_since = @since;

-- name: CountRequired :one
SELECT COUNT(*) AS required, COUNT(CASE WHEN q.lacking THEN 1 END) AS lacking FROM facts_required q WHERE q.id = @id;
