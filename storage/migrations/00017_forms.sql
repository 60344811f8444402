-- +goose Up
-- What customers agreed to, word for word, with what they sent.
CREATE TABLE consents (
    interaction_id TEXT PRIMARY KEY REFERENCES interactions (id),
    version        TEXT NOT NULL,
    body           TEXT NOT NULL,
    page           TEXT NOT NULL,
    at             BIGINT NOT NULL
);

-- A call back that a customer asked for is a task like one for a missed call,
-- and has no call: the tables are made anew with call_id free to be empty.
DROP VIEW task_viewers;
DROP VIEW task_rows;
DROP INDEX tasks_one_open;
DROP INDEX tasks_due;
DROP INDEX tasks_late;
DROP INDEX tasks_done;
DROP INDEX task_calls_by_task;
ALTER TABLE tasks RENAME TO tasks_before;
ALTER TABLE task_calls RENAME TO task_calls_before;
CREATE TABLE tasks (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('callback')),
    state      TEXT NOT NULL CHECK (state IN ('open', 'done')),
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    lead_id    TEXT REFERENCES leads (id),
    call_id    TEXT REFERENCES calls (id), -- the latest missed call
    team       TEXT NOT NULL,
    owner_id   TEXT REFERENCES users (id),
    calls      BIGINT NOT NULL, -- missed calls that it stands for
    attempts   BIGINT NOT NULL, -- calls back in vain
    missed     BIGINT NOT NULL, -- when the latest missed call began, or the customer asked to be called
    due        BIGINT NOT NULL,
    escalated  BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    done       BIGINT NOT NULL,
    done_by    TEXT REFERENCES users (id),
    outcome    TEXT NOT NULL,
    comment    TEXT NOT NULL,
    version    BIGINT NOT NULL, -- a writer that read an older state is refused
    wished     BIGINT NOT NULL, -- when the customer asked to be called, 0: they did not
    number     TEXT NOT NULL,   -- that they asked to be called at
    note       TEXT NOT NULL,   -- what they wrote with it
    CHECK ((done = 0) = (state = 'open')),
    CHECK (call_id IS NOT NULL OR wished <> 0)
);
INSERT INTO tasks (id, kind, state, contact_id, lead_id, call_id, team, owner_id, calls, attempts, missed, due, escalated, created, done, done_by, outcome, comment, version, wished, number, note)
SELECT id, kind, state, contact_id, lead_id, call_id, team, owner_id, calls, attempts, missed, due, escalated, created, done, done_by, outcome, comment, version, 0, '', '' FROM tasks_before;
CREATE TABLE task_calls (
    call_id TEXT PRIMARY KEY REFERENCES calls (id),
    task_id TEXT NOT NULL REFERENCES tasks (id)
);
INSERT INTO task_calls (call_id, task_id) SELECT call_id, task_id FROM task_calls_before;
DROP TABLE task_calls_before;
DROP TABLE tasks_before;
CREATE UNIQUE INDEX tasks_one_open ON tasks (contact_id) WHERE state = 'open' AND kind = 'callback';
CREATE INDEX tasks_due ON tasks (due, id) WHERE state = 'open';
CREATE INDEX tasks_late ON tasks (due, id) WHERE state = 'open' AND escalated = 0;
CREATE INDEX tasks_done ON tasks (done, id) WHERE state = 'done';
CREATE INDEX task_calls_by_task ON task_calls (task_id);

CREATE VIEW task_rows AS
SELECT t.id, t.kind, t.state, t.contact_id, c.name AS contact_name, COALESCE(t.lead_id, '') AS lead_id, COALESCE(t.call_id, '') AS call_id,
    COALESCE(NULLIF(t.number, ''), k.from_number, '') AS number, COALESCE(k.did, '') AS did, COALESCE(k.queue, '') AS queue,
    t.team, COALESCE(o.id, '') AS owner_id, COALESCE(o.name, '') AS owner_name,
    t.calls, t.attempts, t.missed, t.due, t.escalated, t.created, t.done,
    COALESCE(t.done_by, '') AS done_by, COALESCE(d.name, '') AS done_name, t.outcome, t.comment, t.version, t.wished, t.note
FROM tasks t
JOIN contacts c ON c.id = t.contact_id
LEFT JOIN calls k ON k.id = t.call_id
LEFT JOIN leads l ON l.id = t.lead_id
LEFT JOIN users o ON o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id) AND o.disabled = FALSE
LEFT JOIN users d ON d.id = t.done_by;

-- Who may see a task: as before.
CREATE VIEW task_viewers AS
SELECT t.id AS task_id, o.id AS user_id
FROM tasks t JOIN contacts c ON c.id = t.contact_id LEFT JOIN leads l ON l.id = t.lead_id
JOIN users o ON o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id)
WHERE o.disabled = FALSE
UNION ALL
SELECT t.id, u.id
FROM tasks t JOIN contacts c ON c.id = t.contact_id LEFT JOIN leads l ON l.id = t.lead_id CROSS JOIN users u
WHERE u.role = 'manager' AND u.disabled = FALSE AND (u.team = '' OR t.team = '' OR u.team = t.team)
    AND NOT EXISTS (SELECT 1 FROM users o WHERE o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id) AND o.disabled = FALSE)
UNION ALL
SELECT t.id, t.done_by FROM tasks t WHERE t.done_by IS NOT NULL;

-- Call-backs that the hub was asked to place at once. They are placed once.
CREATE TABLE wishes (
    interaction_id TEXT PRIMARY KEY REFERENCES interactions (id),
    number         TEXT NOT NULL,
    claimed        BIGINT NOT NULL, -- when a hub took it up, 0: none has
    dialled        BOOLEAN NOT NULL -- a telephone was rung for it
);

-- +goose Down
DROP TABLE wishes;
DROP VIEW task_viewers;
DROP VIEW task_rows;
DROP INDEX tasks_one_open;
DROP INDEX tasks_due;
DROP INDEX tasks_late;
DROP INDEX tasks_done;
DROP INDEX task_calls_by_task;
ALTER TABLE tasks RENAME TO tasks_after;
ALTER TABLE task_calls RENAME TO task_calls_after;
CREATE TABLE tasks (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('callback')),
    state      TEXT NOT NULL CHECK (state IN ('open', 'done')),
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    lead_id    TEXT REFERENCES leads (id),
    call_id    TEXT NOT NULL REFERENCES calls (id), -- the latest missed call
    team       TEXT NOT NULL,
    owner_id   TEXT REFERENCES users (id),
    calls      BIGINT NOT NULL, -- missed calls that it stands for
    attempts   BIGINT NOT NULL, -- calls back in vain
    missed     BIGINT NOT NULL, -- when the latest missed call began
    due        BIGINT NOT NULL,
    escalated  BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    done       BIGINT NOT NULL,
    done_by    TEXT REFERENCES users (id),
    outcome    TEXT NOT NULL,
    comment    TEXT NOT NULL,
    version    BIGINT NOT NULL, -- a writer that read an older state is refused
    CHECK ((done = 0) = (state = 'open'))
);
-- A customer who calls five times in vain is one call-back.
CREATE UNIQUE INDEX tasks_one_open ON tasks (contact_id) WHERE state = 'open' AND kind = 'callback';
CREATE INDEX tasks_due ON tasks (due, id) WHERE state = 'open';
CREATE INDEX tasks_late ON tasks (due, id) WHERE state = 'open' AND escalated = 0;
CREATE INDEX tasks_done ON tasks (done, id) WHERE state = 'done';

-- The missed calls of a task; a call belongs to one at the most.
CREATE TABLE task_calls (
    call_id TEXT PRIMARY KEY REFERENCES calls (id),
    task_id TEXT NOT NULL REFERENCES tasks (id)
);
CREATE INDEX task_calls_by_task ON task_calls (task_id);
INSERT INTO tasks (id, kind, state, contact_id, lead_id, call_id, team, owner_id, calls, attempts, missed, due, escalated, created, done, done_by, outcome, comment, version)
SELECT id, kind, state, contact_id, lead_id, call_id, team, owner_id, calls, attempts, missed, due, escalated, created, done, done_by, outcome, comment, version FROM tasks_after WHERE call_id IS NOT NULL;
INSERT INTO task_calls (call_id, task_id) SELECT call_id, task_id FROM task_calls_after WHERE task_id IN (SELECT id FROM tasks);
DROP TABLE task_calls_after;
DROP TABLE tasks_after;
CREATE VIEW task_rows AS
SELECT t.id, t.kind, t.state, t.contact_id, c.name AS contact_name, COALESCE(t.lead_id, '') AS lead_id, t.call_id,
    k.from_number AS number, k.did, k.queue, t.team, COALESCE(o.id, '') AS owner_id, COALESCE(o.name, '') AS owner_name,
    t.calls, t.attempts, t.missed, t.due, t.escalated, t.created, t.done,
    COALESCE(t.done_by, '') AS done_by, COALESCE(d.name, '') AS done_name, t.outcome, t.comment, t.version
FROM tasks t
JOIN contacts c ON c.id = t.contact_id
JOIN calls k ON k.id = t.call_id
LEFT JOIN leads l ON l.id = t.lead_id
LEFT JOIN users o ON o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id) AND o.disabled = FALSE
LEFT JOIN users d ON d.id = t.done_by;

CREATE VIEW task_viewers AS
SELECT t.id AS task_id, o.id AS user_id
FROM tasks t JOIN contacts c ON c.id = t.contact_id LEFT JOIN leads l ON l.id = t.lead_id
JOIN users o ON o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id)
WHERE o.disabled = FALSE
UNION ALL
SELECT t.id, u.id
FROM tasks t JOIN contacts c ON c.id = t.contact_id LEFT JOIN leads l ON l.id = t.lead_id CROSS JOIN users u
WHERE u.role = 'manager' AND u.disabled = FALSE AND (u.team = '' OR t.team = '' OR u.team = t.team)
    AND NOT EXISTS (SELECT 1 FROM users o WHERE o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id) AND o.disabled = FALSE)
UNION ALL
SELECT t.id, t.done_by FROM tasks t WHERE t.done_by IS NOT NULL;

DROP TABLE consents;
