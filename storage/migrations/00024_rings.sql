-- A call that rings somebody shows its card while it rings. After it they see
-- what their role and team allow, and the calls in which they talked.

-- +goose Up
-- These three views and task_viewers are the rule; leads/access.go has the part
-- of it that is decided before a call is stored. docs/architecture.md says it in
-- words ("Who sees what"). A call is at somebody's telephone (the third part of
-- each) as long as it rings and has rung them, or their telephone rings or talks
-- in it, or they are its operator.

-- A lead: its manager; while it has none, the managers whom it may be given to;
-- and those at whose telephone one of its calls is.
DROP VIEW lead_viewers;
CREATE VIEW lead_viewers AS
SELECT l.id AS lead_id, l.manager_id AS user_id FROM leads l WHERE l.manager_id IS NOT NULL
UNION ALL
SELECT l.id, u.id FROM leads l CROSS JOIN users u
WHERE u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team) AND l.manager_id IS NULL
UNION ALL
SELECT i.lead_id, g.user_id FROM interactions i CROSS JOIN legs g CROSS JOIN calls c
WHERE g.call_id = i.id AND c.id = i.id AND c.ended = 0 AND i.lead_id IS NOT NULL AND g.user_id IS NOT NULL
    AND (c.state = 'ringing' OR g.state IN ('ringing', 'talking'))
UNION ALL
SELECT i.lead_id, c.operator_id FROM interactions i CROSS JOIN calls c
WHERE c.id = i.id AND c.ended = 0 AND i.lead_id IS NOT NULL AND c.operator_id IS NOT NULL;

-- A call: those at whose telephone it is, whoever talked in it, and whom its
-- lead belongs or may be given to.
DROP VIEW call_viewers;
CREATE VIEW call_viewers AS
SELECT g.call_id, g.user_id FROM legs g CROSS JOIN calls c
WHERE c.id = g.call_id AND g.user_id IS NOT NULL
    AND (g.answered <> 0 OR c.ended = 0 AND (c.state = 'ringing' OR g.state IN ('ringing', 'talking')))
UNION ALL
SELECT c.id, c.operator_id FROM calls c WHERE c.operator_id IS NOT NULL
UNION ALL
SELECT i.id, l.manager_id FROM interactions i CROSS JOIN leads l WHERE l.id = i.lead_id AND i.channel = 'call' AND l.manager_id IS NOT NULL
UNION ALL
SELECT i.id, u.id FROM interactions i CROSS JOIN leads l CROSS JOIN users u
WHERE l.id = i.lead_id AND u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team)
    AND i.channel = 'call' AND l.manager_id IS NULL;

-- A contact: its owner, whoever sees one of its leads, and those at whose
-- telephone one of its calls is. They see all its interactions. (COALESCE: see
-- 00006.)
DROP VIEW contact_viewers;
CREATE VIEW contact_viewers AS
SELECT c.id AS contact_id, c.owner_id AS user_id FROM contacts c WHERE c.owner_id IS NOT NULL
UNION ALL
SELECT l.contact_id, CAST(l.manager_id AS TEXT) FROM leads l WHERE COALESCE(l.manager_id, '') <> ''
UNION ALL
SELECT l.contact_id, u.id FROM leads l CROSS JOIN users u
WHERE u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team) AND COALESCE(l.manager_id, '') = ''
UNION ALL
SELECT i.contact_id, g.user_id FROM interactions i CROSS JOIN legs g CROSS JOIN calls c
WHERE g.call_id = i.id AND c.id = i.id AND c.ended = 0 AND i.contact_id IS NOT NULL AND g.user_id IS NOT NULL
    AND (c.state = 'ringing' OR g.state IN ('ringing', 'talking'))
UNION ALL
SELECT i.contact_id, c.operator_id FROM interactions i CROSS JOIN calls c
WHERE c.id = i.id AND c.ended = 0 AND i.contact_id IS NOT NULL AND c.operator_id IS NOT NULL;

-- +goose Down
DROP VIEW contact_viewers;
CREATE VIEW contact_viewers AS
SELECT c.id AS contact_id, c.owner_id AS user_id FROM contacts c WHERE c.owner_id IS NOT NULL
UNION ALL
SELECT l.contact_id, CAST(l.manager_id AS TEXT) FROM leads l WHERE COALESCE(l.manager_id, '') <> ''
UNION ALL
SELECT l.contact_id, u.id FROM leads l CROSS JOIN users u
WHERE u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team) AND COALESCE(l.manager_id, '') = ''
UNION ALL
SELECT i.contact_id, g.user_id FROM interactions i CROSS JOIN legs g
WHERE g.call_id = i.id AND i.contact_id IS NOT NULL AND g.user_id IS NOT NULL
UNION ALL
SELECT i.contact_id, c.operator_id FROM interactions i CROSS JOIN calls c
WHERE c.id = i.id AND i.contact_id IS NOT NULL AND c.operator_id IS NOT NULL;
DROP VIEW call_viewers;
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
DROP VIEW lead_viewers;
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
