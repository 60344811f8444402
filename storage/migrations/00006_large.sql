-- What is asked often must not take longer the more there is.

-- +goose Up
-- Each workplace asks for the calls that go on, and routing for how many open
-- leads each manager has.
CREATE INDEX calls_live ON calls (id) WHERE ended = 0;
CREATE INDEX leads_open_by_manager ON leads (manager_id) WHERE closed = 0;

-- As before, but SQLite cannot begin at all leads of a manager for one contact.
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

-- What may be a viewer's, beginning at the user, for viewers who have little.
-- lead_viewers, call_viewers and contact_viewers still decide; a record that is
-- missing here is missing in those viewers' lists.
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

-- +goose Down
DROP VIEW user_contacts;
DROP VIEW user_calls;
DROP VIEW user_leads;
DROP VIEW contact_viewers;
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
DROP INDEX leads_open_by_manager;
DROP INDEX calls_live;
