-- Companies: who is in them, the numbers that their people share, their mail domains and their
-- details for the invoice.

-- +goose Up
CREATE TABLE companies (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    folded     TEXT NOT NULL, -- name, for finding the company by it
    legal_name TEXT NOT NULL,
    country    TEXT NOT NULL, -- ISO 3166-1 alpha-2; empty: not known
    tax_id     TEXT NOT NULL, -- without spaces, dots and dashes; empty: not known
    kpp        TEXT NOT NULL,
    address    TEXT NOT NULL,
    website    TEXT NOT NULL,
    warning    TEXT NOT NULL, -- shown in red wherever the company is
    notes      TEXT NOT NULL,
    owner_id   TEXT REFERENCES users (id),
    search     TEXT NOT NULL, -- names, tax id, domains and shared numbers
    version    BIGINT NOT NULL,
    created    BIGINT NOT NULL
);
CREATE INDEX companies_newest ON companies (created, id);
CREATE INDEX companies_by_owner ON companies (owner_id, created, id);
CREATE INDEX companies_by_name ON companies (folded);
CREATE UNIQUE INDEX companies_one ON companies (country, tax_id, kpp) WHERE tax_id <> '';

CREATE TABLE company_domains (
    domain     TEXT PRIMARY KEY, -- lower case, punycode
    company_id TEXT NOT NULL REFERENCES companies (id),
    added      BIGINT NOT NULL
);
CREATE INDEX company_domains_by_company ON company_domains (company_id, added);

-- The requests by which users made companies.
CREATE TABLE made_companies (
    user_id    TEXT NOT NULL REFERENCES users (id),
    asked_as   TEXT NOT NULL, -- key by which the user recognises a repetition
    company_id TEXT NOT NULL REFERENCES companies (id),
    digest     TEXT NOT NULL, -- of what was asked for
    PRIMARY KEY (user_id, asked_as)
);

ALTER TABLE contacts ADD COLUMN company_id TEXT REFERENCES companies (id); -- NULL: company is only a text
ALTER TABLE contacts ADD COLUMN role TEXT NOT NULL DEFAULT ''; -- what the person is in the company
ALTER TABLE contacts ADD COLUMN line BOOLEAN NOT NULL DEFAULT FALSE; -- no person: it has the shared numbers of the company
CREATE INDEX contacts_by_company ON contacts (company_id, created, id) WHERE company_id IS NOT NULL;
CREATE UNIQUE INDEX contacts_one_line ON contacts (company_id) WHERE line;
CREATE INDEX contacts_by_company_text ON contacts (company) WHERE company_id IS NULL AND company <> '';

CREATE VIEW company_rows AS
SELECT c.id, c.name, c.folded, c.legal_name, c.country, c.tax_id, c.kpp, c.address, c.website, c.warning, c.notes,
    COALESCE(c.owner_id, '') AS owner_id, COALESCE(o.name, '') AS owner_name, c.search, c.version, c.created, COALESCE(l.id, '') AS line_id,
    CAST(COALESCE((SELECT string_agg(d.value, '
' ORDER BY d.position, d.value) FROM identities d WHERE d.contact_id = l.id), '') AS TEXT) AS phones,
    CAST(COALESCE((SELECT string_agg(m.domain, '
' ORDER BY m.added, m.domain) FROM company_domains m WHERE m.company_id = c.id), '') AS TEXT) AS domains
FROM companies c LEFT JOIN users o ON o.id = c.owner_id LEFT JOIN contacts l ON l.company_id = c.id AND l.line;

DROP VIEW contact_rows;
CREATE VIEW contact_rows AS
SELECT c.id, c.name, c.company, COALESCE(c.owner_id, '') AS owner_id, COALESCE(o.name, '') AS owner_name,
    c.main_key, c.search, c.version, c.created,
    CAST(COALESCE((SELECT string_agg(d.kind || '|' || d.value, '
' ORDER BY d.position, d.value) FROM identities d WHERE d.contact_id = c.id), '') AS TEXT) AS identities,
    CAST(COALESCE((SELECT string_agg(g.tag, '
' ORDER BY g.position) FROM contact_tags g WHERE g.contact_id = c.id), '') AS TEXT) AS tags,
    c.warning, c.notes, COALESCE(c.company_id, '') AS company_id, c.role, c.line
FROM contacts c LEFT JOIN users o ON o.id = c.owner_id;

DROP VIEW lead_rows;
CREATE VIEW lead_rows AS
SELECT l.id, l.contact_id, c.name AS contact_name, c.main_key AS contact_key, c.search, COALESCE(c.owner_id, '') AS owner_id,
    l.status, l.source, l.channel, l.subject, l.team, COALESCE(l.manager_id, '') AS manager_id, COALESCE(m.name, '') AS manager_name,
    l.reason, l.repeated, l.refusal, l.utm, l.opened, l.assigned, l.closed, l.responded,
    l.pipeline_id, l.stage_id, l.staged, l.amount, l.currency, l.probability, l.expected, l.product, l.refusal_id, c.line AS shared
FROM leads l JOIN contacts c ON c.id = l.contact_id LEFT JOIN users m ON m.id = l.manager_id;

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
    octet_length(i.whole) > 0 AS has_whole, octet_length(i.html) > 0 AS has_html,
    COALESCE(t.line, FALSE) AS shared
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
' ORDER BY s.id) FROM recordings s WHERE s.call_id = i.id), '') AS TEXT) AS recordings,
    i.edited, i.automatic, i.message_id, i.attachments,
    octet_length(i.whole) > 0 AS has_whole, octet_length(i.html) > 0 AS has_html
FROM interactions i
LEFT JOIN contacts t ON t.id = i.contact_id
LEFT JOIN calls c ON c.id = i.id
LEFT JOIN users o ON o.id = c.operator_id;
DROP VIEW lead_rows;
CREATE VIEW lead_rows AS
SELECT l.id, l.contact_id, c.name AS contact_name, c.main_key AS contact_key, c.search, COALESCE(c.owner_id, '') AS owner_id,
    l.status, l.source, l.channel, l.subject, l.team, COALESCE(l.manager_id, '') AS manager_id, COALESCE(m.name, '') AS manager_name,
    l.reason, l.repeated, l.refusal, l.utm, l.opened, l.assigned, l.closed, l.responded,
    l.pipeline_id, l.stage_id, l.staged, l.amount, l.currency, l.probability, l.expected, l.product, l.refusal_id
FROM leads l JOIN contacts c ON c.id = l.contact_id LEFT JOIN users m ON m.id = l.manager_id;
DROP VIEW contact_rows;
CREATE VIEW contact_rows AS
SELECT c.id, c.name, c.company, COALESCE(c.owner_id, '') AS owner_id, COALESCE(o.name, '') AS owner_name,
    c.main_key, c.search, c.version, c.created,
    CAST(COALESCE((SELECT string_agg(d.kind || '|' || d.value, '
' ORDER BY d.position, d.value) FROM identities d WHERE d.contact_id = c.id), '') AS TEXT) AS identities,
    CAST(COALESCE((SELECT string_agg(g.tag, '
' ORDER BY g.position) FROM contact_tags g WHERE g.contact_id = c.id), '') AS TEXT) AS tags,
    c.warning, c.notes
FROM contacts c LEFT JOIN users o ON o.id = c.owner_id;
DROP VIEW company_rows;
DROP INDEX contacts_by_company_text;
DROP INDEX contacts_one_line;
DROP INDEX contacts_by_company;
ALTER TABLE contacts DROP COLUMN line;
ALTER TABLE contacts DROP COLUMN role;
ALTER TABLE contacts DROP COLUMN company_id;
DROP TABLE made_companies;
DROP TABLE company_domains;
DROP TABLE companies;
