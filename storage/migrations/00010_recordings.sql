-- +goose Up
-- The sound of calls. A row is written with the call's touch that names the
-- file at the exchange; the file itself is fetched when the call is over.
CREATE TABLE recordings (
    id       TEXT PRIMARY KEY,
    call_id  TEXT NOT NULL REFERENCES calls (id),
    file     TEXT NOT NULL, -- as the exchange names it
    channel  TEXT NOT NULL, -- uniqueid that was recorded
    state    TEXT NOT NULL CHECK (state IN ('waiting', 'stored', 'missing', 'expired')),
    attempts BIGINT NOT NULL, -- counted before each try
    next_at  BIGINT NOT NULL, -- waiting: not before; set before each try
    error    TEXT NOT NULL,
    key      TEXT NOT NULL, -- among the hub's files
    type     TEXT NOT NULL,
    size     BIGINT NOT NULL,
    ms       BIGINT NOT NULL,
    channels BIGINT NOT NULL,
    peaks    TEXT NOT NULL, -- base64
    called   BIGINT NOT NULL,
    UNIQUE (call_id, file)
);
CREATE INDEX recordings_due ON recordings (next_at, id) WHERE state = 'waiting';
CREATE INDEX recordings_stored ON recordings (called, id) WHERE state = 'stored';

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
' ORDER BY s.id) FROM recordings s WHERE s.call_id = i.id), '') AS TEXT) AS recordings
FROM interactions i
LEFT JOIN contacts t ON t.id = i.contact_id
LEFT JOIN calls c ON c.id = i.id
LEFT JOIN users o ON o.id = c.operator_id;

-- +goose Down
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
' ORDER BY g.position) FROM legs g LEFT JOIN users u ON u.id = g.user_id WHERE g.call_id = i.id), '') AS TEXT) AS legs
FROM interactions i
LEFT JOIN contacts t ON t.id = i.contact_id
LEFT JOIN calls c ON c.id = i.id
LEFT JOIN users o ON o.id = c.operator_id;
DROP TABLE recordings;
