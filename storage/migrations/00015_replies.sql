-- +goose Up
-- Answers to customers. What is said lies in the interaction of the same id.
CREATE TABLE replies (
    id            TEXT PRIMARY KEY REFERENCES interactions (id),
    source        TEXT NOT NULL,
    contact_id    TEXT NOT NULL REFERENCES contacts (id),
    lead_id       TEXT NOT NULL REFERENCES leads (id),
    user_id       TEXT NOT NULL REFERENCES users (id),
    asked_as      TEXT NOT NULL, -- key by which the user recognises a repetition
    to_kind       TEXT NOT NULL,
    to_value      TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'delivered', 'read', 'failed', 'perhaps')),
    error         TEXT NOT NULL,
    dismissed     BOOLEAN NOT NULL,
    asked         BIGINT NOT NULL,
    since         BIGINT NOT NULL, -- when somebody last asked for it to be sent: its place in the order
    sent          BIGINT NOT NULL,
    answers_id    TEXT REFERENCES interactions (id),
    attempts      BIGINT NOT NULL, -- begun
    next_at       BIGINT NOT NULL, -- waiting: not before, by the database's clock
    owner         TEXT NOT NULL,   -- process of the last attempt
    claimed_until BIGINT NOT NULL, -- sending: the owner is gone after that, by the database's clock
    upstream_id   TEXT NOT NULL,   -- the channel's own id, empty: it never took it
    UNIQUE (user_id, asked_as)
);
CREATE INDEX replies_by_state ON replies (state, source, since, id);
CREATE INDEX replies_by_contact ON replies (contact_id, asked, id);
CREATE INDEX replies_by_upstream ON replies (upstream_id, source);

CREATE VIEW reply_rows AS
SELECT r.id, r.source, i.channel, r.contact_id, r.lead_id, r.user_id, u.name AS user_name, r.asked_as, r.to_kind, r.to_value,
    i.subject, i.body, i.attachments, r.state, r.error, r.dismissed, r.asked, r.since, r.sent, COALESCE(r.answers_id, '') AS answers_id,
    r.attempts, r.owner, r.upstream_id
FROM replies r JOIN interactions i ON i.id = r.id JOIN users u ON u.id = r.user_id;

-- Texts that are ready to be sent, with placeholders.
CREATE TABLE templates (
    id      TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    folded  TEXT NOT NULL UNIQUE, -- name, for sorting
    subject TEXT NOT NULL,
    body    TEXT NOT NULL,
    updated BIGINT NOT NULL
);

-- What ends a user's mails.
CREATE TABLE signatures (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    body    TEXT NOT NULL
);

-- Files that users uploaded for a reply that they are writing; the content is a
-- kept file. Once the reply is stored, they are its attachments.
CREATE TABLE uploads (
    id      TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    name    TEXT NOT NULL,
    type    TEXT NOT NULL,
    size    BIGINT NOT NULL,
    at      BIGINT NOT NULL
);

-- When the customer was first answered: by a reply that went out, or a call that
-- was answered. 0: not yet.
ALTER TABLE leads ADD COLUMN responded BIGINT NOT NULL DEFAULT 0;
UPDATE leads SET responded = COALESCE((SELECT MIN(c.answered) FROM interactions i JOIN calls c ON c.id = i.id
    WHERE i.lead_id = leads.id AND c.answered > 0 AND c.direction <> 'internal'), 0);
DROP VIEW lead_rows;
CREATE VIEW lead_rows AS
SELECT l.id, l.contact_id, c.name AS contact_name, c.main_key AS contact_key, c.search, COALESCE(c.owner_id, '') AS owner_id,
    l.status, l.source, l.channel, l.subject, l.team, COALESCE(l.manager_id, '') AS manager_id, COALESCE(m.name, '') AS manager_name,
    l.reason, l.repeated, l.refusal, l.utm, l.opened, l.assigned, l.closed, l.responded
FROM leads l JOIN contacts c ON c.id = l.contact_id LEFT JOIN users m ON m.id = l.manager_id;

-- +goose Down
DROP VIEW lead_rows;
CREATE VIEW lead_rows AS
SELECT l.id, l.contact_id, c.name AS contact_name, c.main_key AS contact_key, c.search, COALESCE(c.owner_id, '') AS owner_id,
    l.status, l.source, l.channel, l.subject, l.team, COALESCE(l.manager_id, '') AS manager_id, COALESCE(m.name, '') AS manager_name,
    l.reason, l.repeated, l.refusal, l.utm, l.opened, l.assigned, l.closed
FROM leads l JOIN contacts c ON c.id = l.contact_id LEFT JOIN users m ON m.id = l.manager_id;
ALTER TABLE leads DROP COLUMN responded;
DROP TABLE uploads;
DROP TABLE signatures;
DROP TABLE templates;
DROP VIEW reply_rows;
DROP TABLE replies;
