-- What people write down about a contact, and who changed what.

-- +goose Up
ALTER TABLE contacts ADD COLUMN warning TEXT NOT NULL DEFAULT ''; -- shown in red wherever the contact is
ALTER TABLE contacts ADD COLUMN notes TEXT NOT NULL DEFAULT '';

CREATE TABLE contact_tags (
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    folded     TEXT NOT NULL, -- tag, for searching
    tag        TEXT NOT NULL,
    position   BIGINT NOT NULL, -- order in which they are shown
    created    BIGINT NOT NULL, -- of the contact: the order of the list
    PRIMARY KEY (contact_id, folded)
);
CREATE INDEX contact_tags_by_tag ON contact_tags (folded, created, contact_id);

-- Every change that a person made to a contact.
CREATE TABLE contact_changes (
    id         TEXT PRIMARY KEY,
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    field      TEXT NOT NULL, -- created, name, company, owner, tags, warning, notes or identity
    old_value  TEXT NOT NULL, -- empty: nothing
    new_value  TEXT NOT NULL, -- empty: nothing
    user_id    TEXT NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX contact_changes_by_contact ON contact_changes (contact_id, at, id);

-- The requests by which users made contacts.
CREATE TABLE made_contacts (
    user_id    TEXT NOT NULL REFERENCES users (id),
    asked_as   TEXT NOT NULL, -- key by which the user recognises a repetition
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    digest     TEXT NOT NULL, -- of what was asked for
    PRIMARY KEY (user_id, asked_as)
);

-- Every stage that a lead got from a person. Of leads that were closed before it is known
-- when, and not who did it.
CREATE TABLE lead_changes (
    id         TEXT PRIMARY KEY,
    lead_id    TEXT NOT NULL REFERENCES leads (id),
    old_status TEXT NOT NULL, -- empty: not known
    new_status TEXT NOT NULL,
    refusal    TEXT NOT NULL, -- why it was refused
    user_id    TEXT NOT NULL, -- empty: not known
    at         BIGINT NOT NULL
);
INSERT INTO lead_changes (id, lead_id, old_status, new_status, refusal, user_id, at)
SELECT l.id, l.id, '', l.status, l.refusal, '', l.closed FROM leads l WHERE l.closed <> 0;
CREATE INDEX lead_changes_by_lead ON lead_changes (lead_id, at, id);

-- The files of a contact, and the contacts that may be the same person.
CREATE INDEX interactions_with_files ON interactions (contact_id, at, id) WHERE attachments <> '';
CREATE INDEX merge_suggestions_by_other ON merge_suggestions (other_id, contact_id);

DROP VIEW contact_rows;
CREATE VIEW contact_rows AS
SELECT c.id, c.name, c.company, COALESCE(c.owner_id, '') AS owner_id, COALESCE(o.name, '') AS owner_name,
    c.main_key, c.search, c.version, c.created,
    CAST(COALESCE((SELECT string_agg(d.kind || '|' || d.value, '
' ORDER BY d.position, d.value) FROM identities d WHERE d.contact_id = c.id), '') AS TEXT) AS identities,
    CAST(COALESCE((SELECT string_agg(g.tag, '
' ORDER BY g.position) FROM contact_tags g WHERE g.contact_id = c.id), '') AS TEXT) AS tags,
    c.warning, c.notes
FROM contacts c LEFT JOIN users o ON o.id = c.owner_id;

-- +goose Down
DROP VIEW contact_rows;
CREATE VIEW contact_rows AS
SELECT c.id, c.name, c.company, COALESCE(c.owner_id, '') AS owner_id, COALESCE(o.name, '') AS owner_name,
    c.main_key, c.search, c.version, c.created,
    CAST(COALESCE((SELECT string_agg(d.kind || '|' || d.value, '
' ORDER BY d.position, d.value) FROM identities d WHERE d.contact_id = c.id), '') AS TEXT) AS identities
FROM contacts c LEFT JOIN users o ON o.id = c.owner_id;
DROP INDEX merge_suggestions_by_other;
DROP INDEX interactions_with_files;
DROP TABLE lead_changes;
DROP TABLE made_contacts;
DROP TABLE contact_changes;
DROP TABLE contact_tags;
ALTER TABLE contacts DROP COLUMN notes;
ALTER TABLE contacts DROP COLUMN warning;
