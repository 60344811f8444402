-- +goose Up
-- What written contacts bring: mail and messages in the customer's own channel.
ALTER TABLE interactions ADD COLUMN whole TEXT NOT NULL DEFAULT '';      -- where body leaves something out (quotation, signature), else empty
ALTER TABLE interactions ADD COLUMN edited BIGINT NOT NULL DEFAULT 0;    -- when the sender last changed it
ALTER TABLE interactions ADD COLUMN automatic TEXT NOT NULL DEFAULT '';  -- why no person wrote it
ALTER TABLE interactions ADD COLUMN message_id TEXT NOT NULL DEFAULT ''; -- by which answers refer to it
ALTER TABLE interactions ADD COLUMN refs TEXT NOT NULL DEFAULT '';       -- message ids that it answers, one per line, the nearest last

-- By which id of its channel an answer finds what it answers: an interaction
-- that came, or a reply of ours, which may be several messages. Ids belong to
-- the channel, not to the source: who wrote to one mailbox may be answered from
-- another. The first one to use an id keeps it.
CREATE TABLE messages (
    channel        TEXT NOT NULL,
    message_id     TEXT NOT NULL,
    interaction_id TEXT NOT NULL REFERENCES interactions (id),
    PRIMARY KEY (channel, message_id)
);
CREATE INDEX messages_by_interaction ON messages (interaction_id);

-- What a message said before it was edited.
CREATE TABLE earlier_texts (
    interaction_id TEXT NOT NULL REFERENCES interactions (id),
    written        BIGINT NOT NULL, -- when it was edited to say this, 0: as it came
    subject        TEXT NOT NULL,
    body           TEXT NOT NULL,
    whole          TEXT NOT NULL,
    PRIMARY KEY (interaction_id, written)
);

-- What is perhaps another way to reach a contact: a phone in a signature, the
-- address from which somebody answered in the contact's thread. Nobody is
-- recognised by it until a person adds it to the contact.
CREATE TABLE offered_identities (
    id             TEXT PRIMARY KEY,
    contact_id     TEXT NOT NULL REFERENCES contacts (id),
    kind           TEXT NOT NULL,
    value          TEXT NOT NULL,
    interaction_id TEXT NOT NULL REFERENCES interactions (id), -- that it first came with
    state          TEXT NOT NULL CHECK (state IN ('offered', 'added', 'dismissed')),
    at             BIGINT NOT NULL,
    decided        BIGINT NOT NULL DEFAULT 0,
    decided_by     TEXT REFERENCES users (id),
    UNIQUE (contact_id, kind, value)
);

-- Files that connectors kept, written before their content. Those that no
-- interaction and no quarantined touch of the same key came with are swept.
CREATE TABLE files (
    id          TEXT PRIMARY KEY, -- also the place of the content
    source      TEXT NOT NULL,
    external_id TEXT NOT NULL,    -- of the touch, or of the reply
    kept        BIGINT NOT NULL
);
CREATE INDEX files_oldest ON files (kept, id);

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
    octet_length(i.whole) > 0 AS has_whole, octet_length(i.html) > 0 AS has_html
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
' ORDER BY g.position) FROM legs g LEFT JOIN users u ON u.id = g.user_id WHERE g.call_id = i.id), '') AS TEXT) AS legs,
    CAST(COALESCE((SELECT string_agg(s.id || '|' || s.state || '|' || CAST(s.ms AS TEXT) || '|' || CAST(s.channels AS TEXT) || '|' || CAST(s.size AS TEXT)
        || '|' || s.channel || '|' || s.error || '|' || s.file, '
' ORDER BY s.id) FROM recordings s WHERE s.call_id = i.id), '') AS TEXT) AS recordings
FROM interactions i
LEFT JOIN contacts t ON t.id = i.contact_id
LEFT JOIN calls c ON c.id = i.id
LEFT JOIN users o ON o.id = c.operator_id;
DROP TABLE files;
DROP TABLE offered_identities;
DROP TABLE earlier_texts;
DROP TABLE messages;
ALTER TABLE interactions DROP COLUMN refs;
ALTER TABLE interactions DROP COLUMN message_id;
ALTER TABLE interactions DROP COLUMN automatic;
ALTER TABLE interactions DROP COLUMN edited;
ALTER TABLE interactions DROP COLUMN whole;
