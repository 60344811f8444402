-- Fields that the company adds to its records, and their values.

-- +goose Up
-- A custom field. Its id is the code by which programs name it.
--   pipelines:     of leads: ids of the pipelines whose leads have it, with commas between; empty: all
--   required_from: ids of stages, with commas between, at most one of a pipeline
--   remind_days:   of dates: so many days ahead a task reminds of it; -1: none does
--   listed:        lists show it as a column
CREATE TABLE custom_fields (
    id            TEXT PRIMARY KEY,
    object        TEXT NOT NULL CHECK (object IN ('contact', 'company', 'lead', 'interaction')),
    name          TEXT NOT NULL,
    folded        TEXT NOT NULL, -- name, for comparing
    kind          TEXT NOT NULL CHECK (kind IN ('text', 'number', 'money', 'date', 'choice', 'choices', 'yes_no', 'phone', 'link')),
    position      BIGINT NOT NULL,
    pipelines     TEXT NOT NULL,
    required_from TEXT NOT NULL,
    remind_days   BIGINT NOT NULL,
    listed        BOOLEAN NOT NULL,
    retired       BOOLEAN NOT NULL,
    version       BIGINT NOT NULL -- a writer that read an older state is refused
);
CREATE UNIQUE INDEX custom_fields_by_name ON custom_fields (object, folded);

-- The values of a choice.
CREATE TABLE custom_choices (
    id       TEXT PRIMARY KEY,
    field_id TEXT NOT NULL REFERENCES custom_fields (id),
    name     TEXT NOT NULL,
    folded   TEXT NOT NULL,
    position BIGINT NOT NULL,
    retired  BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX custom_choices_by_name ON custom_choices (field_id, folded);

-- What records have in custom fields: one row of a field, of several choices one of each.
--   value:    as it is stored, see leads/customvalue.go
--   folded:   for filters: a text in lower case; of a date month and day, a blank, the year
--   n:        for ranges: millionths of a number, hundredths of money, a date as 20060102; else 0
--   search:   in which texts are searched; empty: it is not
--   position: 0, of several choices from 0 on
--   created:  of the record: the order of its list
CREATE TABLE field_values (
    object    TEXT NOT NULL,
    record_id TEXT NOT NULL,
    field_id  TEXT NOT NULL REFERENCES custom_fields (id),
    position  BIGINT NOT NULL,
    value     TEXT NOT NULL,
    folded    TEXT NOT NULL,
    n         BIGINT NOT NULL,
    search    TEXT NOT NULL,
    created   BIGINT NOT NULL,
    PRIMARY KEY (record_id, field_id, position)
) /* WITHOUT ROWID */;
CREATE INDEX field_values_by_value ON field_values (field_id, folded, created, record_id);
CREATE INDEX field_values_by_field ON field_values (field_id, created, record_id);

-- Tasks that were made of dates, each once a year.
CREATE TABLE field_reminders (
    field_id  TEXT NOT NULL REFERENCES custom_fields (id),
    record_id TEXT NOT NULL,
    year      BIGINT NOT NULL, -- of the day of which it reminds
    PRIMARY KEY (field_id, record_id, year)
) /* WITHOUT ROWID */;

DROP VIEW contact_rows;
CREATE VIEW contact_rows AS
SELECT c.id, c.name, c.company, COALESCE(c.owner_id, '') AS owner_id, COALESCE(o.name, '') AS owner_name,
    c.main_key, c.search, c.version, c.created,
    CAST(COALESCE((SELECT string_agg(d.kind || '|' || d.value, '
' ORDER BY d.position, d.value) FROM identities d WHERE d.contact_id = c.id), '') AS TEXT) AS identities,
    CAST(COALESCE((SELECT string_agg(g.tag, '
' ORDER BY g.position) FROM contact_tags g WHERE g.contact_id = c.id), '') AS TEXT) AS tags,
    c.warning, c.notes, COALESCE(c.company_id, '') AS company_id, c.role, c.line,
    CAST(COALESCE((SELECT string_agg(f.id || '|' || f.kind || '|' || f.name || '|' || COALESCE(h.name, '') || '|' || v.value, '
' ORDER BY v.field_id, h.position, v.position) FROM field_values v JOIN custom_fields f ON f.id = v.field_id
    LEFT JOIN custom_choices h ON h.field_id = v.field_id AND h.id = v.value WHERE v.record_id = c.id), '') AS TEXT) AS fields
FROM contacts c LEFT JOIN users o ON o.id = c.owner_id;

DROP VIEW lead_rows;
CREATE VIEW lead_rows AS
SELECT l.id, l.contact_id, c.name AS contact_name, c.main_key AS contact_key, c.search, COALESCE(c.owner_id, '') AS owner_id,
    l.status, l.source, l.channel, l.subject, l.team, COALESCE(l.manager_id, '') AS manager_id, COALESCE(m.name, '') AS manager_name,
    l.reason, l.repeated, l.refusal, l.utm, l.opened, l.assigned, l.closed, l.responded,
    l.pipeline_id, l.stage_id, l.staged, l.amount, l.currency, l.probability, l.expected, l.product, l.refusal_id, c.line AS shared,
    CAST(COALESCE((SELECT string_agg(f.id || '|' || f.kind || '|' || f.name || '|' || COALESCE(h.name, '') || '|' || v.value, '
' ORDER BY v.field_id, h.position, v.position) FROM field_values v JOIN custom_fields f ON f.id = v.field_id
    LEFT JOIN custom_choices h ON h.field_id = v.field_id AND h.id = v.value WHERE v.record_id = l.id), '') AS TEXT) AS fields
FROM leads l JOIN contacts c ON c.id = l.contact_id LEFT JOIN users m ON m.id = l.manager_id;

DROP VIEW interaction_rows;
CREATE VIEW interaction_rows AS
SELECT i.id, i.source, i.external_id, i.channel, i.direction, i.at,
    COALESCE(i.contact_id, '') AS contact_id, COALESCE(t.name, '') AS contact_name, COALESCE(t.search, '') AS search,
    COALESCE(i.lead_id, '') AS lead_id, i.name, i.addressee, i.subject, i.body, i.utm,
    COALESCE(c.linkedid, '') AS linkedid, COALESCE(c.direction, '') AS call_direction, COALESCE(c.state, '') AS state,
    COALESCE(c.disposition, '') AS disposition, COALESCE(c.from_number, '') AS from_number, COALESCE(c.to_number, '') AS to_number,
    COALESCE(c.did, '') AS did, COALESCE(c.queue, '') AS queue, COALESCE(c.operator_extension, '') AS operator_extension,
    COALESCE(c.operator_id, '') AS operator_id, COALESCE(o.name, '') AS operator_name, COALESCE(c.hangup_by, '') AS hangup_by,
    COALESCE(c.started, 0) AS started, COALESCE(c.answered, 0) AS answered, COALESCE(c.ended, 0) AS ended,
    COALESCE(c.version, 0) AS version,
    COALESCE(c.journal, FALSE) AS journal, COALESCE(c.part_of, '') AS part_of, COALESCE(c.told, '') AS told,
    COALESCE(c.waited, 0) AS waited, COALESCE(c.rung, 0) AS rung, COALESCE(c.talked, 0) AS talked, COALESCE(c.held, 0) AS held,
    CAST(COALESCE((SELECT string_agg(g.state || '|' || CAST(g.rang AS TEXT) || '|' || CAST(g.answered AS TEXT) || '|' || CAST(g.ended AS TEXT)
        || '|' || g.extension || '|' || COALESCE(g.user_id, '') || '|' || g.channel || '|' || COALESCE(u.name, ''), '
' ORDER BY g.position) FROM legs g LEFT JOIN users u ON u.id = g.user_id WHERE g.call_id = i.id), '') AS TEXT) AS legs,
    CAST(COALESCE((SELECT string_agg(s.id || '|' || s.state || '|' || CAST(s.ms AS TEXT) || '|' || CAST(s.channels AS TEXT) || '|' || CAST(s.size AS TEXT)
        || '|' || s.channel || '|' || s.error || '|' || s.file, '
' ORDER BY s.id) FROM recordings s WHERE s.call_id = i.id), '') AS TEXT) AS recordings,
    i.edited, i.automatic, i.message_id, i.attachments,
    octet_length(i.whole) > 0 AS has_whole, octet_length(i.html) > 0 AS has_html,
    COALESCE(t.line, FALSE) AS shared,
    CAST(COALESCE((SELECT string_agg(f.id || '|' || f.kind || '|' || f.name || '|' || COALESCE(h.name, '') || '|' || v.value, '
' ORDER BY v.field_id, h.position, v.position) FROM field_values v JOIN custom_fields f ON f.id = v.field_id
    LEFT JOIN custom_choices h ON h.field_id = v.field_id AND h.id = v.value WHERE v.record_id = i.id), '') AS TEXT) AS fields
FROM interactions i
LEFT JOIN contacts t ON t.id = i.contact_id
LEFT JOIN calls c ON c.id = i.id
LEFT JOIN users o ON o.id = c.operator_id;

DROP VIEW company_rows;
CREATE VIEW company_rows AS
SELECT c.id, c.name, c.folded, c.legal_name, c.country, c.tax_id, c.kpp, c.address, c.website, c.warning, c.notes,
    COALESCE(c.owner_id, '') AS owner_id, COALESCE(o.name, '') AS owner_name, c.search, c.version, c.created, COALESCE(l.id, '') AS line_id,
    CAST(COALESCE((SELECT string_agg(d.value, '
' ORDER BY d.position, d.value) FROM identities d WHERE d.contact_id = l.id), '') AS TEXT) AS phones,
    CAST(COALESCE((SELECT string_agg(m.domain, '
' ORDER BY m.added, m.domain) FROM company_domains m WHERE m.company_id = c.id), '') AS TEXT) AS domains,
    CAST(COALESCE((SELECT string_agg(f.id || '|' || f.kind || '|' || f.name || '|' || COALESCE(h.name, '') || '|' || v.value, '
' ORDER BY v.field_id, h.position, v.position) FROM field_values v JOIN custom_fields f ON f.id = v.field_id
    LEFT JOIN custom_choices h ON h.field_id = v.field_id AND h.id = v.value WHERE v.record_id = c.id), '') AS TEXT) AS fields
FROM companies c LEFT JOIN users o ON o.id = c.owner_id LEFT JOIN contacts l ON l.company_id = c.id AND l.line;

-- +goose Down
DROP VIEW company_rows;
CREATE VIEW company_rows AS
SELECT c.id, c.name, c.folded, c.legal_name, c.country, c.tax_id, c.kpp, c.address, c.website, c.warning, c.notes,
    COALESCE(c.owner_id, '') AS owner_id, COALESCE(o.name, '') AS owner_name, c.search, c.version, c.created, COALESCE(l.id, '') AS line_id,
    CAST(COALESCE((SELECT string_agg(d.value, '
' ORDER BY d.position, d.value) FROM identities d WHERE d.contact_id = l.id), '') AS TEXT) AS phones,
    CAST(COALESCE((SELECT string_agg(m.domain, '
' ORDER BY m.added, m.domain) FROM company_domains m WHERE m.company_id = c.id), '') AS TEXT) AS domains
FROM companies c LEFT JOIN users o ON o.id = c.owner_id LEFT JOIN contacts l ON l.company_id = c.id AND l.line;
DROP VIEW contact_rows;
CREATE VIEW contact_rows AS
SELECT c.id, c.name, c.company, COALESCE(c.owner_id, '') AS owner_id, COALESCE(o.name, '') AS owner_name,
    c.main_key, c.search, c.version, c.created,
    CAST(COALESCE((SELECT string_agg(d.kind || '|' || d.value, '
' ORDER BY d.position, d.value) FROM identities d WHERE d.contact_id = c.id), '') AS TEXT) AS identities,
    CAST(COALESCE((SELECT string_agg(g.tag, '
' ORDER BY g.position) FROM contact_tags g WHERE g.contact_id = c.id), '') AS TEXT) AS tags,
    c.warning, c.notes, COALESCE(c.company_id, '') AS company_id, c.role, c.line
FROM contacts c LEFT JOIN users o ON o.id = c.owner_id;
DROP VIEW lead_rows;
CREATE VIEW lead_rows AS
SELECT l.id, l.contact_id, c.name AS contact_name, c.main_key AS contact_key, c.search, COALESCE(c.owner_id, '') AS owner_id,
    l.status, l.source, l.channel, l.subject, l.team, COALESCE(l.manager_id, '') AS manager_id, COALESCE(m.name, '') AS manager_name,
    l.reason, l.repeated, l.refusal, l.utm, l.opened, l.assigned, l.closed, l.responded,
    l.pipeline_id, l.stage_id, l.staged, l.amount, l.currency, l.probability, l.expected, l.product, l.refusal_id, c.line AS shared
FROM leads l JOIN contacts c ON c.id = l.contact_id LEFT JOIN users m ON m.id = l.manager_id;
DROP VIEW interaction_rows;
CREATE VIEW interaction_rows AS
SELECT i.id, i.source, i.external_id, i.channel, i.direction, i.at,
    COALESCE(i.contact_id, '') AS contact_id, COALESCE(t.name, '') AS contact_name, COALESCE(t.search, '') AS search,
    COALESCE(i.lead_id, '') AS lead_id, i.name, i.addressee, i.subject, i.body, i.utm,
    COALESCE(c.linkedid, '') AS linkedid, COALESCE(c.direction, '') AS call_direction, COALESCE(c.state, '') AS state,
    COALESCE(c.disposition, '') AS disposition, COALESCE(c.from_number, '') AS from_number, COALESCE(c.to_number, '') AS to_number,
    COALESCE(c.did, '') AS did, COALESCE(c.queue, '') AS queue, COALESCE(c.operator_extension, '') AS operator_extension,
    COALESCE(c.operator_id, '') AS operator_id, COALESCE(o.name, '') AS operator_name, COALESCE(c.hangup_by, '') AS hangup_by,
    COALESCE(c.started, 0) AS started, COALESCE(c.answered, 0) AS answered, COALESCE(c.ended, 0) AS ended,
    COALESCE(c.version, 0) AS version,
    COALESCE(c.journal, FALSE) AS journal, COALESCE(c.part_of, '') AS part_of, COALESCE(c.told, '') AS told,
    COALESCE(c.waited, 0) AS waited, COALESCE(c.rung, 0) AS rung, COALESCE(c.talked, 0) AS talked, COALESCE(c.held, 0) AS held,
    CAST(COALESCE((SELECT string_agg(g.state || '|' || CAST(g.rang AS TEXT) || '|' || CAST(g.answered AS TEXT) || '|' || CAST(g.ended AS TEXT)
        || '|' || g.extension || '|' || COALESCE(g.user_id, '') || '|' || g.channel || '|' || COALESCE(u.name, ''), '
' ORDER BY g.position) FROM legs g LEFT JOIN users u ON u.id = g.user_id WHERE g.call_id = i.id), '') AS TEXT) AS legs,
    CAST(COALESCE((SELECT string_agg(s.id || '|' || s.state || '|' || CAST(s.ms AS TEXT) || '|' || CAST(s.channels AS TEXT) || '|' || CAST(s.size AS TEXT)
        || '|' || s.channel || '|' || s.error || '|' || s.file, '
' ORDER BY s.id) FROM recordings s WHERE s.call_id = i.id), '') AS TEXT) AS recordings,
    i.edited, i.automatic, i.message_id, i.attachments,
    octet_length(i.whole) > 0 AS has_whole, octet_length(i.html) > 0 AS has_html,
    COALESCE(t.line, FALSE) AS shared
FROM interactions i
LEFT JOIN contacts t ON t.id = i.contact_id
LEFT JOIN calls c ON c.id = i.id
LEFT JOIN users o ON o.id = c.operator_id;
DROP TABLE field_reminders;
DROP TABLE field_values;
DROP TABLE custom_choices;
DROP TABLE custom_fields;
