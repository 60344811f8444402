-- One history of all records: who changed what, from what to what, by which way and when.

-- +goose Up
-- object_id refers to no table: the history of a record stays when the record goes.
CREATE TABLE changes (
    id        TEXT PRIMARY KEY,
    object    TEXT NOT NULL, -- the kind of the record, as leads.HistoryObject
    object_id TEXT NOT NULL,
    name      TEXT NOT NULL, -- of the record at the time; may be empty
    field     TEXT NOT NULL, -- as leads.HistoryField
    old_value TEXT NOT NULL, -- empty: nothing, or not known
    new_value TEXT NOT NULL, -- empty: nothing
    note      TEXT NOT NULL, -- why a lead was refused, or got its manager
    user_id   TEXT NOT NULL, -- empty: the hub, or not known
    way       TEXT NOT NULL, -- as leads.Way; empty: not known
    at        BIGINT NOT NULL
);
INSERT INTO changes (id, object, object_id, name, field, old_value, new_value, note, user_id, way, at)
SELECT id, 'contact', contact_id, '', field, old_value, new_value, '', user_id, '', at FROM contact_changes;
INSERT INTO changes (id, object, object_id, name, field, old_value, new_value, note, user_id, way, at)
SELECT id, 'lead', lead_id, '', 'status', old_status, new_status, refusal, user_id, '', at FROM lead_changes;
INSERT INTO changes (id, object, object_id, name, field, old_value, new_value, note, user_id, way, at)
SELECT a.id, 'lead', a.lead_id, '', 'manager', COALESCE(LAG(u.name) OVER (PARTITION BY a.lead_id ORDER BY a.at, a.id), ''), u.name, a.reason, '',
    CASE WHEN a.reason LIKE 'by_hand%' THEN '' ELSE 'rule' END, a.at
FROM assignments a JOIN users u ON u.id = a.manager_id;
INSERT INTO changes (id, object, object_id, name, field, old_value, new_value, note, user_id, way, at)
SELECT c.interaction_id || '-' || c.fact || '-' || c.version, 'interaction', c.interaction_id, '', c.fact,
    COALESCE(LAG(COALESCE(c.entry_id, c.body)) OVER (PARTITION BY c.interaction_id, c.fact ORDER BY c.version), ''), COALESCE(c.entry_id, c.body), '', c.user_id, '', c.at
FROM fact_changes c;
DROP TABLE contact_changes;
DROP TABLE lead_changes;
DROP TABLE assignments;
DROP TABLE fact_changes;

CREATE INDEX changes_by_time ON changes (at, id);
CREATE INDEX changes_by_object ON changes (object, object_id, at, id);
CREATE INDEX changes_by_user ON changes (user_id, at, id) WHERE user_id <> '';
-- Whether something was ever said by an entry of a dictionary.
CREATE INDEX changes_to_entries ON changes (new_value) WHERE field IN ('nature', 'outcome');

CREATE VIEW change_rows AS
SELECT h.id, h.object, h.object_id, CAST(COALESCE(NULLIF(c.name, ''), NULLIF(c.main_key, ''), h.name) AS TEXT) AS name, h.field, h.old_value, h.new_value, h.note,
    h.user_id, COALESCE(u.name, '') AS user_name, h.way, h.at,
    CAST(CASE WHEN h.object IN ('lead', 'interaction') THEN COALESCE(c.id, '') ELSE '' END AS TEXT) AS contact_id
FROM changes h LEFT JOIN users u ON u.id = h.user_id
    LEFT JOIN leads l ON h.object = 'lead' AND l.id = h.object_id
    LEFT JOIN interactions i ON h.object = 'interaction' AND i.id = h.object_id
    LEFT JOIN contacts c ON c.id = CASE h.object WHEN 'contact' THEN h.object_id WHEN 'lead' THEN l.contact_id WHEN 'interaction' THEN i.contact_id END;

-- +goose Down
DROP VIEW change_rows;
CREATE TABLE fact_changes (
    interaction_id TEXT NOT NULL REFERENCES interactions (id),
    fact           TEXT NOT NULL CHECK (fact IN ('nature', 'subject', 'summary', 'outcome', 'decision')),
    version        BIGINT NOT NULL,
    user_id        TEXT NOT NULL REFERENCES users (id),
    at             BIGINT NOT NULL,
    entry_id       TEXT REFERENCES dictionary_entries (id),
    body           TEXT NOT NULL,
    PRIMARY KEY (interaction_id, fact, version)
);
INSERT INTO fact_changes (interaction_id, fact, version, user_id, at, entry_id, body)
SELECT h.object_id, h.field, ROW_NUMBER() OVER (PARTITION BY h.object_id, h.field ORDER BY h.at, h.id), h.user_id, h.at, e.id, CASE WHEN e.id IS NULL THEN h.new_value ELSE '' END
FROM changes h JOIN interactions i ON i.id = h.object_id JOIN users u ON u.id = h.user_id
    LEFT JOIN dictionary_entries e ON e.id = h.new_value AND h.field IN ('nature', 'outcome')
WHERE h.object = 'interaction' AND h.field IN ('nature', 'subject', 'summary', 'outcome', 'decision');
CREATE INDEX fact_changes_by_entry ON fact_changes (entry_id) WHERE entry_id IS NOT NULL;
CREATE TABLE assignments (
    id         TEXT PRIMARY KEY,
    lead_id    TEXT NOT NULL REFERENCES leads (id),
    manager_id TEXT NOT NULL REFERENCES users (id),
    reason     TEXT NOT NULL,
    at         BIGINT NOT NULL
);
-- Managers are known by their names at the time.
INSERT INTO assignments (id, lead_id, manager_id, reason, at)
SELECT h.id, h.object_id, MIN(u.id), h.note, h.at FROM changes h JOIN leads l ON l.id = h.object_id JOIN users u ON u.name = h.new_value
WHERE h.object = 'lead' AND h.field = 'manager' GROUP BY h.id, h.object_id, h.note, h.at;
CREATE INDEX assignments_by_lead ON assignments (lead_id, at);
CREATE TABLE lead_changes (
    id         TEXT PRIMARY KEY,
    lead_id    TEXT NOT NULL REFERENCES leads (id),
    old_status TEXT NOT NULL,
    new_status TEXT NOT NULL,
    refusal    TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    at         BIGINT NOT NULL
);
INSERT INTO lead_changes (id, lead_id, old_status, new_status, refusal, user_id, at)
SELECT h.id, h.object_id, h.old_value, h.new_value, h.note, h.user_id, h.at FROM changes h JOIN leads l ON l.id = h.object_id
WHERE h.object = 'lead' AND h.field = 'status';
CREATE INDEX lead_changes_by_lead ON lead_changes (lead_id, at, id);
CREATE TABLE contact_changes (
    id         TEXT PRIMARY KEY,
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    field      TEXT NOT NULL,
    old_value  TEXT NOT NULL,
    new_value  TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    at         BIGINT NOT NULL
);
INSERT INTO contact_changes (id, contact_id, field, old_value, new_value, user_id, at)
SELECT h.id, h.object_id, h.field, h.old_value, h.new_value, h.user_id, h.at FROM changes h JOIN contacts c ON c.id = h.object_id WHERE h.object = 'contact';
CREATE INDEX contact_changes_by_contact ON contact_changes (contact_id, at, id);
DROP TABLE changes;
