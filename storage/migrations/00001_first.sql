-- One text for PostgreSQL and SQLite; see storage/migrate.go for the single
-- difference. Ids are UUIDv7 as text, times are microseconds since 1970 (0: not
-- yet), JSON is text, "folded" and "search" are lower-case texts made by the hub.

-- +goose Up
CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    login         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    folded        TEXT NOT NULL, -- name, for sorting
    role          TEXT NOT NULL CHECK (role IN ('operator', 'manager', 'supervisor', 'admin')),
    team          TEXT NOT NULL, -- empty: serves every team
    presence      TEXT NOT NULL CHECK (presence IN ('available', 'paused', 'offline')),
    disabled      BOOLEAN NOT NULL,
    password_hash TEXT NOT NULL,
    last_assigned BIGINT NOT NULL,
    created       BIGINT NOT NULL
);
CREATE INDEX users_by_name ON users (folded, id);

CREATE TABLE user_extensions (
    extension TEXT PRIMARY KEY,
    user_id   TEXT NOT NULL REFERENCES users (id),
    position  BIGINT NOT NULL
);
CREATE INDEX user_extensions_by_user ON user_extensions (user_id, position);

CREATE TABLE tokens (
    id      TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    name    TEXT NOT NULL UNIQUE,
    hash    TEXT NOT NULL UNIQUE, -- the token itself is never stored
    created BIGINT NOT NULL
);

-- One row: grows whenever somebody's right to look in may have become less, so
-- that open streams can watch one number instead of every user.
CREATE TABLE rights (
    version BIGINT NOT NULL
);
INSERT INTO rights (version) VALUES (1);

CREATE TABLE sessions (
    token  TEXT PRIMARY KEY, -- SHA-256 of the cookie's value
    data   BYTEA NOT NULL,
    expiry BIGINT NOT NULL
);
CREATE INDEX sessions_by_expiry ON sessions (expiry);

CREATE TABLE contacts (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    company  TEXT NOT NULL,
    owner_id TEXT REFERENCES users (id),
    main_key TEXT NOT NULL, -- first phone, else first identity
    search   TEXT NOT NULL, -- name, company and identities
    version  BIGINT NOT NULL,
    created  BIGINT NOT NULL
);
CREATE INDEX contacts_newest ON contacts (created, id);
CREATE INDEX contacts_by_owner ON contacts (owner_id, created, id);

-- Two contacts never hold the same identity: this key is what makes a person one.
CREATE TABLE identities (
    kind       TEXT NOT NULL,
    value      TEXT NOT NULL,
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    position   BIGINT NOT NULL, -- order in which the contact got them
    added      BIGINT NOT NULL,
    PRIMARY KEY (kind, value)
);
CREATE INDEX identities_by_contact ON identities (contact_id, position);

CREATE TABLE leads (
    id         TEXT PRIMARY KEY,
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    status     TEXT NOT NULL CHECK (status IN ('new', 'working', 'won', 'refused')),
    source     TEXT NOT NULL,
    channel    TEXT NOT NULL,
    subject    TEXT NOT NULL,
    team       TEXT NOT NULL,
    manager_id TEXT REFERENCES users (id),
    reason     TEXT NOT NULL,
    repeated   BOOLEAN NOT NULL,
    refusal    TEXT NOT NULL,
    utm        TEXT NOT NULL,
    opened     BIGINT NOT NULL,
    assigned   BIGINT NOT NULL,
    closed     BIGINT NOT NULL,
    CHECK ((closed = 0) = (status IN ('new', 'working')))
);
-- At most one open lead per contact.
CREATE UNIQUE INDEX leads_one_open ON leads (contact_id) WHERE closed = 0;
CREATE INDEX leads_newest ON leads (opened, id);
CREATE INDEX leads_by_contact ON leads (contact_id, opened, id);
CREATE INDEX leads_by_manager ON leads (manager_id, opened, id);
CREATE INDEX leads_unassigned ON leads (opened, id) WHERE manager_id IS NULL AND closed = 0;

CREATE TABLE interactions (
    id          TEXT PRIMARY KEY,
    source      TEXT NOT NULL,
    external_id TEXT NOT NULL,
    channel     TEXT NOT NULL,
    direction   TEXT NOT NULL CHECK (direction IN ('in', 'out', 'internal')),
    at          BIGINT NOT NULL,
    contact_id  TEXT REFERENCES contacts (id),
    lead_id     TEXT REFERENCES leads (id),
    name        TEXT NOT NULL,
    addressee   TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    html        TEXT NOT NULL,
    attachments TEXT NOT NULL,
    utm         TEXT NOT NULL,
    raw         TEXT NOT NULL,
    stored      BIGINT NOT NULL,
    UNIQUE (source, external_id)
);
CREATE INDEX interactions_newest ON interactions (at, id);
CREATE INDEX interactions_calls ON interactions (at, id) WHERE channel = 'call';
CREATE INDEX interactions_by_contact ON interactions (contact_id, at, id);
CREATE INDEX interactions_by_lead ON interactions (lead_id, at, id);
CREATE INDEX interactions_by_source ON interactions (source, at, id);

CREATE TABLE calls (
    id                 TEXT PRIMARY KEY REFERENCES interactions (id),
    linkedid           TEXT NOT NULL,
    direction          TEXT NOT NULL,
    state              TEXT NOT NULL CHECK (state IN ('ringing', 'talking', 'ended')),
    disposition        TEXT NOT NULL,
    from_number        TEXT NOT NULL,
    to_number          TEXT NOT NULL,
    did                TEXT NOT NULL,
    queue              TEXT NOT NULL,
    operator_extension TEXT NOT NULL,
    operator_id        TEXT REFERENCES users (id),
    hangup_by          TEXT NOT NULL,
    started            BIGINT NOT NULL,
    answered           BIGINT NOT NULL,
    ended              BIGINT NOT NULL,
    version            BIGINT NOT NULL -- a writer that read an older state is refused
);
CREATE INDEX calls_by_linkedid ON calls (linkedid);
CREATE INDEX calls_by_operator ON calls (operator_id);

CREATE TABLE legs (
    call_id   TEXT NOT NULL REFERENCES calls (id),
    position  BIGINT NOT NULL, -- order of ringing
    channel   TEXT NOT NULL,
    extension TEXT NOT NULL,
    user_id   TEXT REFERENCES users (id), -- whose extension it was when it rang
    state     TEXT NOT NULL,
    rang      BIGINT NOT NULL,
    answered  BIGINT NOT NULL,
    ended     BIGINT NOT NULL,
    PRIMARY KEY (call_id, position)
);
CREATE INDEX legs_by_user ON legs (user_id, call_id);

CREATE TABLE assignments (
    id         TEXT PRIMARY KEY,
    lead_id    TEXT NOT NULL REFERENCES leads (id),
    manager_id TEXT NOT NULL REFERENCES users (id),
    reason     TEXT NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX assignments_by_lead ON assignments (lead_id, at);

-- The outbox. A seq is taken before the commit: numbers may appear late, and a
-- rolled-back transaction leaves a gap.
CREATE TABLE events (
    seq      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id       TEXT NOT NULL,
    type     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    lead_id  TEXT NOT NULL,
    audience TEXT NOT NULL, -- user ids, each between blanks
    data     TEXT NOT NULL
);

CREATE TABLE merge_suggestions (
    contact_id     TEXT NOT NULL REFERENCES contacts (id),
    other_id       TEXT NOT NULL REFERENCES contacts (id),
    reason         TEXT NOT NULL,
    interaction_id TEXT NOT NULL REFERENCES interactions (id),
    at             BIGINT NOT NULL,
    PRIMARY KEY (contact_id, other_id),
    CHECK (contact_id < other_id)
);

CREATE TABLE quarantine (
    id          TEXT PRIMARY KEY,
    source      TEXT NOT NULL,
    external_id TEXT NOT NULL,
    reason      TEXT NOT NULL,
    raw         TEXT NOT NULL,
    at          BIGINT NOT NULL
);
CREATE UNIQUE INDEX quarantine_key ON quarantine (source, external_id) WHERE external_id <> '';
CREATE INDEX quarantine_newest ON quarantine (at, id);

CREATE TABLE sources (
    name    TEXT PRIMARY KEY,
    cursor  TEXT NOT NULL,
    updated BIGINT NOT NULL
);

-- Who may see what, beside supervisors and admins. These three views are the
-- only place of the rule. Each part begins at the record and is found by an
-- index; CROSS JOIN keeps SQLite to that order (to PostgreSQL it is a plain join).
-- None is built on another view, which SQLite would compute as a whole.

-- A lead: its manager; while it has none, the managers whom it may be given to;
-- and whoever was rung by one of its calls or talked in it.
CREATE VIEW lead_viewers AS
SELECT l.id AS lead_id, l.manager_id AS user_id FROM leads l WHERE l.manager_id IS NOT NULL
UNION ALL
SELECT l.id, u.id FROM leads l CROSS JOIN users u
WHERE u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team) AND l.manager_id IS NULL
UNION ALL
SELECT i.lead_id, g.user_id FROM interactions i CROSS JOIN legs g
WHERE g.call_id = i.id AND i.lead_id IS NOT NULL AND g.user_id IS NOT NULL
UNION ALL
SELECT i.lead_id, c.operator_id FROM interactions i CROSS JOIN calls c
WHERE c.id = i.id AND i.lead_id IS NOT NULL AND c.operator_id IS NOT NULL;

-- A call: whoever was rung or talked, and whom its lead belongs or may be given to.
CREATE VIEW call_viewers AS
SELECT g.call_id, g.user_id FROM legs g WHERE g.user_id IS NOT NULL
UNION ALL
SELECT c.id, c.operator_id FROM calls c WHERE c.operator_id IS NOT NULL
UNION ALL
SELECT i.id, l.manager_id FROM interactions i CROSS JOIN leads l WHERE l.id = i.lead_id AND i.channel = 'call' AND l.manager_id IS NOT NULL
UNION ALL
SELECT i.id, u.id FROM interactions i CROSS JOIN leads l CROSS JOIN users u
WHERE l.id = i.lead_id AND u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team)
    AND i.channel = 'call' AND l.manager_id IS NULL;

-- A contact: its owner, and whoever sees one of its leads or calls. They see
-- all its interactions.
CREATE VIEW contact_viewers AS
SELECT c.id AS contact_id, c.owner_id AS user_id FROM contacts c WHERE c.owner_id IS NOT NULL
UNION ALL
SELECT l.contact_id, l.manager_id FROM leads l WHERE l.manager_id IS NOT NULL
UNION ALL
SELECT l.contact_id, u.id FROM leads l CROSS JOIN users u
WHERE u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team) AND l.manager_id IS NULL
UNION ALL
SELECT i.contact_id, g.user_id FROM interactions i CROSS JOIN legs g
WHERE g.call_id = i.id AND i.contact_id IS NOT NULL AND g.user_id IS NOT NULL
UNION ALL
SELECT i.contact_id, c.operator_id FROM interactions i CROSS JOIN calls c
WHERE c.id = i.id AND i.contact_id IS NOT NULL AND c.operator_id IS NOT NULL;

-- Records as they are shown. Lists inside a record are one text, an entry per
-- line, the fields of an entry separated by "|", free text last.
CREATE VIEW user_rows AS
SELECT u.id, u.login, u.name, u.folded, u.role, u.team, u.presence, u.disabled, u.password_hash, u.last_assigned, u.created,
    CAST(COALESCE((SELECT string_agg(e.extension, '|' ORDER BY e.position) FROM user_extensions e WHERE e.user_id = u.id), '') AS TEXT) AS extensions
FROM users u;

CREATE VIEW contact_rows AS
SELECT c.id, c.name, c.company, COALESCE(c.owner_id, '') AS owner_id, COALESCE(o.name, '') AS owner_name,
    c.main_key, c.search, c.version, c.created,
    CAST(COALESCE((SELECT string_agg(d.kind || '|' || d.value, '
' ORDER BY d.position, d.value) FROM identities d WHERE d.contact_id = c.id), '') AS TEXT) AS identities
FROM contacts c LEFT JOIN users o ON o.id = c.owner_id;

CREATE VIEW lead_rows AS
SELECT l.id, l.contact_id, c.name AS contact_name, c.main_key AS contact_key, c.search, COALESCE(c.owner_id, '') AS owner_id,
    l.status, l.source, l.channel, l.subject, l.team, COALESCE(l.manager_id, '') AS manager_id, COALESCE(m.name, '') AS manager_name,
    l.reason, l.repeated, l.refusal, l.utm, l.opened, l.assigned, l.closed
FROM leads l JOIN contacts c ON c.id = l.contact_id LEFT JOIN users m ON m.id = l.manager_id;

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
    CAST(COALESCE((SELECT string_agg(g.state || '|' || CAST(g.rang AS TEXT) || '|' || CAST(g.answered AS TEXT) || '|' || CAST(g.ended AS TEXT)
        || '|' || g.extension || '|' || COALESCE(g.user_id, '') || '|' || g.channel || '|' || COALESCE(u.name, ''), '
' ORDER BY g.position) FROM legs g LEFT JOIN users u ON u.id = g.user_id WHERE g.call_id = i.id), '') AS TEXT) AS legs
FROM interactions i
LEFT JOIN contacts t ON t.id = i.contact_id
LEFT JOIN calls c ON c.id = i.id
LEFT JOIN users o ON o.id = c.operator_id;

-- +goose Down
DROP VIEW interaction_rows;
DROP VIEW lead_rows;
DROP VIEW contact_rows;
DROP VIEW user_rows;
DROP VIEW contact_viewers;
DROP VIEW call_viewers;
DROP VIEW lead_viewers;
DROP TABLE sources;
DROP TABLE quarantine;
DROP TABLE merge_suggestions;
DROP TABLE events;
DROP TABLE assignments;
DROP TABLE legs;
DROP TABLE calls;
DROP TABLE interactions;
DROP TABLE leads;
DROP TABLE identities;
DROP TABLE contacts;
DROP TABLE sessions;
DROP TABLE rights;
DROP TABLE tokens;
DROP TABLE user_extensions;
DROP TABLE users;
