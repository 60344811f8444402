-- +goose Up
-- What one colleague owes one contact by a time: to call back whose calls were
-- missed. owner_id is set when somebody took it or was given it; until then it
-- is whoever serves the contact, see task_rows.
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

-- A task's owner: who took it or got it, else the lead's manager, else the
-- contact's owner; nobody, and so the team, if that user is disabled.
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

-- Who may see a task, beside supervisors and admins: its owner; while it has
-- none, the managers of its team; and who ended it.
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

-- +goose Down
DROP VIEW task_viewers;
DROP VIEW task_rows;
DROP TABLE task_calls;
DROP TABLE tasks;
