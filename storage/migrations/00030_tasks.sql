-- +goose Up
-- Tasks that users plan, beside the call-backs of the hub: of any kind, about a contact or
-- about none. The tables are made anew because the kinds were checked.
DROP VIEW task_viewers;
DROP VIEW task_rows;
DROP INDEX tasks_one_open;
DROP INDEX tasks_due;
DROP INDEX tasks_late;
DROP INDEX tasks_done;
DROP INDEX tasks_open_by_holder;
DROP INDEX tasks_done_by_holder;
DROP INDEX tasks_open_of_team;
DROP INDEX tasks_done_of_team;
DROP INDEX tasks_ended_by;
DROP INDEX tasks_by_contact;
DROP INDEX task_calls_by_task;
ALTER TABLE tasks RENAME TO tasks_before;
ALTER TABLE task_calls RENAME TO task_calls_before;
CREATE TABLE tasks (
    id             TEXT PRIMARY KEY,
    kind           TEXT NOT NULL, -- callback: made by the hub
    state          TEXT NOT NULL CHECK (state IN ('open', 'done')),
    contact_id     TEXT REFERENCES contacts (id),
    lead_id        TEXT REFERENCES leads (id),
    call_id        TEXT REFERENCES calls (id), -- the latest missed call
    team           TEXT NOT NULL,
    owner_id       TEXT REFERENCES users (id),
    calls          BIGINT NOT NULL, -- missed calls that it stands for
    attempts       BIGINT NOT NULL, -- calls back in vain
    missed         BIGINT NOT NULL, -- when the latest missed call began, or the customer asked to be called
    due            BIGINT NOT NULL,
    escalated      BIGINT NOT NULL,
    created        BIGINT NOT NULL,
    done           BIGINT NOT NULL,
    done_by        TEXT REFERENCES users (id),
    outcome        TEXT NOT NULL,
    comment        TEXT NOT NULL,
    version        BIGINT NOT NULL, -- a writer that read an older state is refused
    wished         BIGINT NOT NULL, -- when the customer asked to be called, 0: they did not
    number         TEXT NOT NULL,   -- that they asked to be called at
    note           TEXT NOT NULL,   -- what they wrote with it
    holder_id      TEXT,            -- who has it now, as task_rows says; NULL: its team. storage/holders.go keeps it
    title          TEXT NOT NULL DEFAULT '',
    interaction_id TEXT REFERENCES interactions (id), -- from which a user planned it
    created_by     TEXT REFERENCES users (id),        -- NULL: the hub
    asked_as       TEXT NOT NULL DEFAULT '',          -- idempotency key of created_by
    priority       TEXT NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high')),
    repeats        TEXT NOT NULL DEFAULT 'none' CHECK (repeats IN ('none', 'daily', 'weekdays', 'weekly', 'monthly')),
    follows        TEXT,                      -- id of the done task that it repeats
    remind         BIGINT NOT NULL DEFAULT 0, -- when the owner is reminded
    snoozed        BIGINT NOT NULL DEFAULT 0, -- until when the worklist leaves it out
    wakes          BIGINT NOT NULL DEFAULT 0, -- when the owner is told of it next, 0: never
    CHECK ((done = 0) = (state = 'open')),
    CHECK ((kind = 'callback') = (created_by IS NULL)),
    CHECK (kind <> 'callback' OR contact_id IS NOT NULL AND (call_id IS NOT NULL OR wished <> 0))
);
INSERT INTO tasks (id, kind, state, contact_id, lead_id, call_id, team, owner_id, calls, attempts, missed, due, escalated, created, done, done_by, outcome, comment, version, wished, number, note, holder_id)
SELECT id, kind, state, contact_id, lead_id, call_id, team, owner_id, calls, attempts, missed, due, escalated, created, done, done_by, outcome, comment, version, wished, number, note, holder_id FROM tasks_before;
CREATE TABLE task_calls (
    call_id TEXT PRIMARY KEY REFERENCES calls (id),
    task_id TEXT NOT NULL REFERENCES tasks (id)
);
INSERT INTO task_calls (call_id, task_id) SELECT call_id, task_id FROM task_calls_before;
DROP TABLE task_calls_before;
DROP TABLE tasks_before;
CREATE UNIQUE INDEX tasks_one_open ON tasks (contact_id) WHERE state = 'open' AND kind = 'callback';
CREATE UNIQUE INDEX tasks_asked ON tasks (created_by, asked_as) WHERE asked_as <> '';
CREATE UNIQUE INDEX tasks_follow ON tasks (follows) WHERE follows IS NOT NULL;
CREATE INDEX tasks_due ON tasks (due, id) WHERE state = 'open';
CREATE INDEX tasks_late ON tasks (due, id) WHERE state = 'open' AND escalated = 0;
CREATE INDEX tasks_wake ON tasks (wakes, id) WHERE state = 'open' AND wakes <> 0;
CREATE INDEX tasks_done ON tasks (done, id) WHERE state = 'done';
CREATE INDEX tasks_open_by_holder ON tasks (holder_id, due, id) WHERE state = 'open';
CREATE INDEX tasks_done_by_holder ON tasks (holder_id, done, id) WHERE state = 'done';
CREATE INDEX tasks_open_by_author ON tasks (created_by, due, id) WHERE state = 'open' AND created_by IS NOT NULL;
CREATE INDEX tasks_done_by_author ON tasks (created_by, done, id) WHERE state = 'done' AND created_by IS NOT NULL;
CREATE INDEX tasks_open_of_team ON tasks (team, due, id) WHERE state = 'open' AND holder_id IS NULL;
CREATE INDEX tasks_done_of_team ON tasks (team, done, id) WHERE state = 'done' AND holder_id IS NULL;
CREATE INDEX tasks_ended_by ON tasks (done_by, done, id) WHERE state = 'done';
CREATE INDEX tasks_by_contact ON tasks (contact_id, state, due, id);
CREATE INDEX tasks_by_lead ON tasks (lead_id, state, due, id);
CREATE INDEX task_calls_by_task ON task_calls (task_id);

-- A task's owner: who took it or got it; of a call-back else the lead's manager, else the
-- contact's owner; nobody, and so the team, if that user is disabled.
CREATE VIEW task_rows AS
SELECT t.id, t.kind, t.state, COALESCE(t.contact_id, '') AS contact_id, COALESCE(c.name, '') AS contact_name, COALESCE(t.lead_id, '') AS lead_id,
    COALESCE(t.call_id, '') AS call_id, COALESCE(NULLIF(t.number, ''), k.from_number, CASE WHEN c.main_key LIKE '+%' THEN c.main_key END, '') AS number,
    COALESCE(k.did, '') AS did, COALESCE(k.queue, '') AS queue, t.team, COALESCE(o.id, '') AS owner_id, COALESCE(o.name, '') AS owner_name,
    t.calls, t.attempts, t.missed, t.due, t.escalated, t.created, t.done,
    COALESCE(t.done_by, '') AS done_by, COALESCE(d.name, '') AS done_name, t.outcome, t.comment, t.version, t.wished, t.note,
    t.title, COALESCE(t.interaction_id, '') AS interaction_id, COALESCE(t.created_by, '') AS created_by, COALESCE(a.name, '') AS author_name,
    t.asked_as, t.priority, t.repeats, COALESCE(t.follows, '') AS follows, t.remind, t.snoozed, t.wakes
FROM tasks t
LEFT JOIN contacts c ON c.id = t.contact_id
LEFT JOIN calls k ON k.id = t.call_id
LEFT JOIN leads l ON l.id = t.lead_id AND t.kind = 'callback'
LEFT JOIN users o ON o.id = COALESCE(t.owner_id, l.manager_id, CASE WHEN t.kind = 'callback' THEN c.owner_id END) AND o.disabled = FALSE
LEFT JOIN users d ON d.id = t.done_by
LEFT JOIN users a ON a.id = t.created_by;

-- Who may see a task, beside supervisors and admins: its owner; while it has none, the
-- managers of its team; who planned it; and who ended it.
CREATE VIEW task_viewers AS
SELECT t.id AS task_id, o.id AS user_id
FROM tasks t LEFT JOIN contacts c ON c.id = t.contact_id AND t.kind = 'callback' LEFT JOIN leads l ON l.id = t.lead_id AND t.kind = 'callback'
JOIN users o ON o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id)
WHERE o.disabled = FALSE
UNION ALL
SELECT t.id, u.id
FROM tasks t LEFT JOIN contacts c ON c.id = t.contact_id AND t.kind = 'callback' LEFT JOIN leads l ON l.id = t.lead_id AND t.kind = 'callback' CROSS JOIN users u
WHERE u.role = 'manager' AND u.disabled = FALSE AND (u.team = '' OR t.team = '' OR u.team = t.team)
    AND NOT EXISTS (SELECT 1 FROM users o WHERE o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id) AND o.disabled = FALSE)
UNION ALL
SELECT t.id, t.created_by FROM tasks t WHERE t.created_by IS NOT NULL
UNION ALL
SELECT t.id, t.done_by FROM tasks t WHERE t.done_by IS NOT NULL;

-- +goose Down
DROP VIEW task_viewers;
DROP VIEW task_rows;
DROP INDEX tasks_one_open;
DROP INDEX tasks_asked;
DROP INDEX tasks_follow;
DROP INDEX tasks_due;
DROP INDEX tasks_late;
DROP INDEX tasks_wake;
DROP INDEX tasks_done;
DROP INDEX tasks_open_by_holder;
DROP INDEX tasks_done_by_holder;
DROP INDEX tasks_open_by_author;
DROP INDEX tasks_done_by_author;
DROP INDEX tasks_open_of_team;
DROP INDEX tasks_done_of_team;
DROP INDEX tasks_ended_by;
DROP INDEX tasks_by_contact;
DROP INDEX tasks_by_lead;
DROP INDEX task_calls_by_task;
ALTER TABLE tasks RENAME TO tasks_after;
ALTER TABLE task_calls RENAME TO task_calls_after;
CREATE TABLE tasks (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('callback')),
    state      TEXT NOT NULL CHECK (state IN ('open', 'done')),
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    lead_id    TEXT REFERENCES leads (id),
    call_id    TEXT REFERENCES calls (id),
    team       TEXT NOT NULL,
    owner_id   TEXT REFERENCES users (id),
    calls      BIGINT NOT NULL,
    attempts   BIGINT NOT NULL,
    missed     BIGINT NOT NULL,
    due        BIGINT NOT NULL,
    escalated  BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    done       BIGINT NOT NULL,
    done_by    TEXT REFERENCES users (id),
    outcome    TEXT NOT NULL,
    comment    TEXT NOT NULL,
    version    BIGINT NOT NULL,
    wished     BIGINT NOT NULL,
    number     TEXT NOT NULL,
    note       TEXT NOT NULL,
    holder_id  TEXT,
    CHECK ((done = 0) = (state = 'open')),
    CHECK (call_id IS NOT NULL OR wished <> 0)
);
INSERT INTO tasks (id, kind, state, contact_id, lead_id, call_id, team, owner_id, calls, attempts, missed, due, escalated, created, done, done_by, outcome, comment, version, wished, number, note, holder_id)
SELECT id, kind, state, contact_id, lead_id, call_id, team, owner_id, calls, attempts, missed, due, escalated, created, done, done_by, outcome, comment, version, wished, number, note, holder_id FROM tasks_after WHERE kind = 'callback';
CREATE TABLE task_calls (
    call_id TEXT PRIMARY KEY REFERENCES calls (id),
    task_id TEXT NOT NULL REFERENCES tasks (id)
);
INSERT INTO task_calls (call_id, task_id) SELECT call_id, task_id FROM task_calls_after;
DROP TABLE task_calls_after;
DROP TABLE tasks_after;
CREATE UNIQUE INDEX tasks_one_open ON tasks (contact_id) WHERE state = 'open' AND kind = 'callback';
CREATE INDEX tasks_due ON tasks (due, id) WHERE state = 'open';
CREATE INDEX tasks_late ON tasks (due, id) WHERE state = 'open' AND escalated = 0;
CREATE INDEX tasks_done ON tasks (done, id) WHERE state = 'done';
CREATE INDEX tasks_open_by_holder ON tasks (holder_id, due, id) WHERE state = 'open';
CREATE INDEX tasks_done_by_holder ON tasks (holder_id, done, id) WHERE state = 'done';
CREATE INDEX tasks_open_of_team ON tasks (team, due, id) WHERE state = 'open' AND holder_id IS NULL;
CREATE INDEX tasks_done_of_team ON tasks (team, done, id) WHERE state = 'done' AND holder_id IS NULL;
CREATE INDEX tasks_ended_by ON tasks (done_by, done, id) WHERE state = 'done';
CREATE INDEX tasks_by_contact ON tasks (contact_id);
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
