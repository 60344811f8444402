-- Lists of a long history cost what their page costs. What finds each list is in
-- docs/indexes.md.

-- +goose Up
-- Who sees which interaction, call and contact, in the order of the lists, where no
-- column of the record says it. storage/sights.go writes the rows with the facts.
--   viewer: a user's id; "team " and a team: who may be given the leads of that team
--           ("team ": of none) while they have no manager; "teams": those whom every
--           lead of a team may be given to; "all": those who see everything
--   kind:   touch: an interaction whose contact they see; call: a call that they see;
--           contact: a contact that they see without being its owner; of "all": calls
--           for filters by which few of many are found
CREATE TABLE sights (
    viewer TEXT NOT NULL,
    kind   TEXT NOT NULL,
    at     BIGINT NOT NULL, -- of the interaction; when the contact was created
    id     TEXT NOT NULL,
    PRIMARY KEY (viewer, kind, at, id)
) /* WITHOUT ROWID */;

-- What sights holds, by the records. A row may be here several times.
CREATE VIEW sights_due AS
SELECT c.owner_id AS viewer, 'touch' AS kind, i.at, i.id FROM contacts c CROSS JOIN interactions i
WHERE i.contact_id = c.id AND c.owner_id IS NOT NULL
UNION ALL
SELECT l.manager_id, 'touch', i.at, i.id FROM leads l CROSS JOIN interactions i
WHERE i.contact_id = l.contact_id AND l.manager_id IS NOT NULL
UNION ALL
SELECT 'team ' || l.team, 'touch', i.at, i.id FROM leads l CROSS JOIN interactions i
WHERE i.contact_id = l.contact_id AND l.manager_id IS NULL
UNION ALL
SELECT 'teams', 'touch', i.at, i.id FROM leads l CROSS JOIN interactions i
WHERE i.contact_id = l.contact_id AND l.manager_id IS NULL AND l.team <> ''
UNION ALL
SELECT l.manager_id, 'call', i.at, i.id FROM leads l CROSS JOIN interactions i
WHERE i.lead_id = l.id AND i.channel = 'call' AND l.manager_id IS NOT NULL
UNION ALL
SELECT 'team ' || l.team, 'call', i.at, i.id FROM leads l CROSS JOIN interactions i
WHERE i.lead_id = l.id AND i.channel = 'call' AND l.manager_id IS NULL
UNION ALL
SELECT 'teams', 'call', i.at, i.id FROM leads l CROSS JOIN interactions i
WHERE i.lead_id = l.id AND i.channel = 'call' AND l.manager_id IS NULL AND l.team <> ''
UNION ALL
SELECT c.operator_id, 'call', i.at, i.id FROM calls c CROSS JOIN interactions i
WHERE i.id = c.id AND c.operator_id IS NOT NULL
UNION ALL
SELECT g.user_id, 'call', i.at, i.id FROM legs g CROSS JOIN interactions i
WHERE i.id = g.call_id AND g.user_id IS NOT NULL AND g.answered <> 0
UNION ALL
SELECT l.manager_id, 'contact', c.created, c.id FROM leads l CROSS JOIN contacts c
WHERE c.id = l.contact_id AND l.manager_id IS NOT NULL AND l.manager_id <> COALESCE(c.owner_id, '')
UNION ALL
SELECT 'team ' || l.team, 'contact', c.created, c.id FROM leads l CROSS JOIN contacts c
WHERE c.id = l.contact_id AND l.manager_id IS NULL
UNION ALL
SELECT 'teams', 'contact', c.created, c.id FROM leads l CROSS JOIN contacts c
WHERE c.id = l.contact_id AND l.manager_id IS NULL AND l.team <> ''
UNION ALL
SELECT 'all', 'direction ' || c.direction, i.at, i.id FROM calls c CROSS JOIN interactions i WHERE i.id = c.id AND c.direction <> 'in'
UNION ALL
SELECT 'all', 'disposition ' || c.disposition, i.at, i.id FROM calls c CROSS JOIN interactions i
WHERE i.id = c.id AND c.disposition NOT IN ('answered', '')
UNION ALL
SELECT 'all', 'queue ' || c.queue, i.at, i.id FROM calls c CROSS JOIN interactions i WHERE i.id = c.id AND c.queue <> ''
UNION ALL
SELECT 'all', 'not answered', i.at, i.id FROM calls_not_answered n CROSS JOIN interactions i WHERE i.id = n.id;

INSERT INTO sights (viewer, kind, at, id) SELECT DISTINCT d.viewer, d.kind, d.at, d.id FROM sights_due d ORDER BY d.viewer, d.kind, d.at, d.id;

-- The views from which lists of viewers with few records started.
DROP VIEW user_contacts;
DROP VIEW user_calls;
DROP VIEW user_leads;

-- Leads are found by their status: a manager has few open ones among many closed.
DROP INDEX leads_newest;
DROP INDEX leads_by_manager;
DROP INDEX leads_open_by_manager;
-- Its condition keeps it to statements that say the same, see storage/read/leads.go: SQLite, which
-- has no statistics here, would take it for a manager's leads, too.
CREATE INDEX leads_by_status ON leads (status, opened, id) WHERE status <> '';
CREATE INDEX leads_by_manager ON leads (manager_id, status, opened, id);
CREATE INDEX leads_by_source ON leads (source, opened, id);
CREATE INDEX leads_of_team ON leads (team, opened, id) WHERE manager_id IS NULL;

-- The calls of an operator are among those that the operator sees. Of calls that go on
-- calls_going_on is enough.
DROP INDEX calls_by_operator;
DROP INDEX legs_by_user;
DROP INDEX calls_live;

-- Who has a task now, as task_rows says; NULL: its team. storage/holders.go keeps it.
ALTER TABLE tasks ADD COLUMN holder_id TEXT;
UPDATE tasks SET holder_id = (SELECT u.id FROM users u WHERE u.disabled = FALSE AND u.id = COALESCE(tasks.owner_id,
    (SELECT l.manager_id FROM leads l WHERE l.id = tasks.lead_id), (SELECT c.owner_id FROM contacts c WHERE c.id = tasks.contact_id)));
CREATE INDEX tasks_open_by_holder ON tasks (holder_id, due, id) WHERE state = 'open';
CREATE INDEX tasks_done_by_holder ON tasks (holder_id, done, id) WHERE state = 'done';
CREATE INDEX tasks_open_of_team ON tasks (team, due, id) WHERE state = 'open' AND holder_id IS NULL;
CREATE INDEX tasks_done_of_team ON tasks (team, done, id) WHERE state = 'done' AND holder_id IS NULL;
CREATE INDEX tasks_ended_by ON tasks (done_by, done, id) WHERE state = 'done';
CREATE INDEX tasks_by_contact ON tasks (contact_id);

-- +goose Down
DROP INDEX tasks_by_contact;
DROP INDEX tasks_ended_by;
DROP INDEX tasks_done_of_team;
DROP INDEX tasks_open_of_team;
DROP INDEX tasks_done_by_holder;
DROP INDEX tasks_open_by_holder;
ALTER TABLE tasks DROP COLUMN holder_id;
CREATE INDEX calls_live ON calls (id) WHERE ended = 0;
CREATE INDEX legs_by_user ON legs (user_id, call_id);
CREATE INDEX calls_by_operator ON calls (operator_id);
DROP INDEX leads_of_team;
DROP INDEX leads_by_source;
DROP INDEX leads_by_manager;
DROP INDEX leads_by_status;
CREATE INDEX leads_open_by_manager ON leads (manager_id) WHERE closed = 0;
CREATE INDEX leads_by_manager ON leads (manager_id, opened, id);
CREATE INDEX leads_newest ON leads (opened, id);
CREATE VIEW user_leads AS
SELECT l.manager_id AS user_id, l.id AS lead_id FROM leads l WHERE l.manager_id IS NOT NULL
UNION ALL
SELECT u.id, l.id FROM users u CROSS JOIN leads l WHERE u.role = 'manager' AND l.manager_id IS NULL
UNION ALL
SELECT g.user_id, i.lead_id FROM legs g CROSS JOIN interactions i WHERE i.id = g.call_id AND i.lead_id IS NOT NULL
UNION ALL
SELECT c.operator_id, i.lead_id FROM calls c CROSS JOIN interactions i WHERE i.id = c.id AND i.lead_id IS NOT NULL;
CREATE VIEW user_calls AS
SELECT g.user_id, g.call_id FROM legs g
UNION ALL
SELECT c.operator_id, c.id FROM calls c
UNION ALL
SELECT l.manager_id, i.id FROM leads l CROSS JOIN interactions i WHERE i.lead_id = l.id AND i.channel = 'call' AND l.manager_id IS NOT NULL
UNION ALL
SELECT u.id, i.id FROM users u CROSS JOIN leads l CROSS JOIN interactions i
WHERE i.lead_id = l.id AND i.channel = 'call' AND u.role = 'manager' AND l.manager_id IS NULL;
CREATE VIEW user_contacts AS
SELECT c.owner_id AS user_id, c.id AS contact_id FROM contacts c WHERE c.owner_id IS NOT NULL
UNION ALL
SELECT l.manager_id, l.contact_id FROM leads l WHERE l.manager_id IS NOT NULL
UNION ALL
SELECT u.id, l.contact_id FROM users u CROSS JOIN leads l WHERE u.role = 'manager' AND l.manager_id IS NULL
UNION ALL
SELECT g.user_id, i.contact_id FROM legs g CROSS JOIN interactions i WHERE i.id = g.call_id AND i.contact_id IS NOT NULL
UNION ALL
SELECT c.operator_id, i.contact_id FROM calls c CROSS JOIN interactions i WHERE i.id = c.id AND i.contact_id IS NOT NULL;
DROP VIEW sights_due;
DROP TABLE sights;
