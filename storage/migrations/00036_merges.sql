-- Contacts that are merged, so that it can be undone; and by which identities interactions
-- came, so that a contact can be taken apart.

-- +goose Up
-- An entry per line: kind, a blank, value. Empty: not known.
ALTER TABLE interactions ADD COLUMN came_from TEXT NOT NULL DEFAULT '';
UPDATE interactions SET came_from = (SELECT MIN(d.kind || ' ' || d.value) FROM identities d WHERE d.contact_id = interactions.contact_id)
WHERE contact_id IN (SELECT d.contact_id FROM identities d GROUP BY d.contact_id HAVING COUNT(*) = 1);
UPDATE interactions SET came_from = (SELECT 'phone ' || MIN(d.value) FROM calls c JOIN identities d ON d.kind = 'phone'
        AND d.value = CASE c.direction WHEN 'out' THEN c.to_number ELSE c.from_number END WHERE c.id = interactions.id AND d.contact_id = interactions.contact_id)
WHERE came_from = '' AND channel = 'call' AND contact_id IS NOT NULL AND EXISTS (SELECT 1 FROM calls c JOIN identities d ON d.kind = 'phone'
        AND d.value = CASE c.direction WHEN 'out' THEN c.to_number ELSE c.from_number END WHERE c.id = interactions.id AND d.contact_id = interactions.contact_id);
UPDATE interactions SET came_from = (SELECT r.to_kind || ' ' || r.to_value FROM replies r WHERE r.id = interactions.id)
WHERE came_from = '' AND id IN (SELECT r.id FROM replies r);

CREATE TABLE merges (
    id         TEXT PRIMARY KEY,
    contact_id TEXT NOT NULL, -- that stayed; a later merge may have removed it
    user_id    TEXT NOT NULL,
    at         BIGINT NOT NULL,
    undone     BIGINT NOT NULL, -- when, 0: it stands
    undone_by  TEXT NOT NULL
);
CREATE INDEX merges_by_contact ON merges (contact_id, at, id);

-- Which contact and lead each record had when contacts were merged.
--   kind: contact (one that was removed), identity, lead, interaction, task, offer, reply,
--         made (the request that made a contact), missed (a call of a call-back: its task is
--         in lead_id), change (of the history; its record is in contact_id)
CREATE TABLE merge_rows (
    merge_id   TEXT NOT NULL REFERENCES merges (id),
    kind       TEXT NOT NULL,
    id         TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    lead_id    TEXT NOT NULL, -- of an interaction, a reply and a task, empty: none; of a lead: that with which it was joined, or itself
    position   BIGINT NOT NULL, -- of an identity; of a call when it was answered, of a reply when it was sent, 0: not yet
    PRIMARY KEY (merge_id, kind, id)
) /* WITHOUT ROWID */;
CREATE INDEX merge_rows_removed ON merge_rows (id) WHERE kind IN ('contact', 'lead');

-- Rows that a merge removed or changed, as JSON by column.
CREATE TABLE merge_images (
    merge_id TEXT NOT NULL REFERENCES merges (id),
    n        BIGINT NOT NULL, -- order of removing them
    name     TEXT NOT NULL,   -- of the table
    id       TEXT NOT NULL,
    before   TEXT NOT NULL,
    after    TEXT NOT NULL,   -- empty: removed
    PRIMARY KEY (merge_id, n)
) /* WITHOUT ROWID */;

CREATE INDEX replies_by_lead ON replies (lead_id);

-- +goose Down
DROP INDEX replies_by_lead;
DROP TABLE merge_images;
DROP TABLE merge_rows;
DROP TABLE merges;
ALTER TABLE interactions DROP COLUMN came_from;
