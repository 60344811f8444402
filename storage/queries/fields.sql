-- All custom fields by object in their order.
-- name: ListFields :many
SELECT f.*, CAST(EXISTS (SELECT 1 FROM field_values v WHERE v.field_id = f.id) AS BOOLEAN) AS used
FROM custom_fields f
ORDER BY f.object, f.position, f.id;

-- name: ListChoices :many
SELECT * FROM custom_choices ORDER BY field_id, position, id;

-- name: InsertField :execrows
INSERT INTO custom_fields (id, object, name, folded, kind, position, pipelines, required_from, remind_days, listed, retired, version)
VALUES (@id, @object, @name, @folded, @kind, @position, @pipelines, @required_from, @remind_days, @listed, FALSE, 1) ON CONFLICT DO NOTHING;

-- Changes no row when the field changed since it was read.
-- name: UpdateField :execrows
UPDATE custom_fields SET name = @name, folded = @folded, position = @position, pipelines = @pipelines, required_from = @required_from,
    remind_days = @remind_days, listed = @listed, retired = @retired, version = version + 1
WHERE id = @id AND version = @version;

-- Deletes no row while a record has a value.
-- name: DeleteField :execrows
DELETE FROM custom_fields WHERE custom_fields.id = @id AND version = @version AND NOT EXISTS (SELECT 1 FROM field_values v WHERE v.field_id = @id);

-- name: DropReminders :exec
DELETE FROM field_reminders WHERE field_id = $1;

-- name: DropChoices :exec
DELETE FROM custom_choices WHERE field_id = $1;

-- A name may move from one choice to another.
-- name: PutChoice :exec
INSERT INTO custom_choices (id, field_id, name, folded, position, retired) VALUES (@id, @field_id, @name, @folded, @position, @retired)
ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, folded = EXCLUDED.folded, position = EXCLUDED.position, retired = EXCLUDED.retired;

-- name: ClearChoiceNames :exec
UPDATE custom_choices SET folded = id WHERE field_id = $1;

-- name: DropChoice :exec
DELETE FROM custom_choices WHERE id = $1;

-- name: ChoiceUsed :one
SELECT EXISTS (SELECT 1 FROM field_values WHERE field_id = @field_id AND folded = @choice_id) AS used;

-- Removes no row when the value changed since it was read.
-- name: DropValue :execrows
DELETE FROM field_values WHERE record_id = @record_id AND field_id = @field_id AND value = @value;

-- name: DropValues :exec
DELETE FROM field_values WHERE record_id = $1;

-- name: RecordHas :one
SELECT EXISTS (SELECT 1 FROM field_values v WHERE v.record_id = @record_id AND v.field_id = @field_id) AS has;

-- name: InsertValue :exec
INSERT INTO field_values (object, record_id, field_id, position, value, folded, n, search, created)
VALUES (@object, @record_id, @field_id, @position, @value, @folded, @n, @search, @created);

-- name: ReadAgain :exec
UPDATE search_state SET filled = FALSE, before = '', version = version + 1 WHERE kind IN ('contact', 'lead');

-- name: InteractionHas :one
SELECT EXISTS (SELECT 1 FROM interactions i JOIN field_values v ON v.record_id = i.id WHERE i.lead_id = @lead_id AND v.field_id = @field_id) AS has;

-- The contacts whose date is due and who have an owner, and were not reminded of in the year.
-- name: ContactsToRemind :many
SELECT v.record_id, c.name, c.main_key, u.id AS owner_id
FROM field_values v JOIN contacts c ON c.id = v.record_id JOIN users u ON u.id = c.owner_id
WHERE v.field_id = @field_id AND v.folded >= @since AND v.folded < @until AND NOT c.line AND NOT u.disabled
    AND NOT EXISTS (SELECT 1 FROM field_reminders r WHERE r.field_id = v.field_id AND r.record_id = v.record_id AND r.year = @year)
ORDER BY v.folded, v.record_id
LIMIT @most;

-- Likewise leads with a manager that are not lost.
-- name: LeadsToRemind :many
SELECT v.record_id, c.name, c.main_key, u.id AS owner_id
FROM field_values v JOIN leads l ON l.id = v.record_id JOIN contacts c ON c.id = l.contact_id JOIN users u ON u.id = l.manager_id
WHERE v.field_id = @field_id AND v.folded >= @since AND v.folded < @until AND NOT u.disabled AND l.status <> 'refused'
    AND NOT EXISTS (SELECT 1 FROM field_reminders r WHERE r.field_id = v.field_id AND r.record_id = v.record_id AND r.year = @year)
ORDER BY v.folded, v.record_id
LIMIT @most;

-- name: NoteReminder :execrows
INSERT INTO field_reminders (field_id, record_id, year) VALUES (@field_id, @record_id, @year) ON CONFLICT DO NOTHING;

-- The last day on which dates of a field were looked at, as 20060102; 0: none.
-- name: LastReminded :one
SELECT CAST(COALESCE(MAX(year), 0) AS BIGINT) AS day FROM field_reminders WHERE field_id = @field_id AND record_id = '';

-- name: DropRemindedBefore :exec
DELETE FROM field_reminders WHERE field_id = @field_id AND record_id = '' AND year < @day;
