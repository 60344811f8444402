-- Pipelines with stages of the company's own, what a lead is worth, and how long it stood in
-- each stage.

-- +goose Up
-- A pipeline. Built-in names differ by language, people's own are the same in both.
--   first_stage:  its first open stage, in which new leads begin
--   takes_new:    leads of new customers begin here; of exactly one pipeline. takes_repeat likewise
CREATE TABLE pipelines (
    id           TEXT PRIMARY KEY,
    name_en      TEXT NOT NULL,
    name_ru      TEXT NOT NULL,
    position     BIGINT NOT NULL,
    currency     TEXT NOT NULL, -- of amounts unless a lead has another; ISO 4217
    first_stage  TEXT NOT NULL,
    takes_new    BOOLEAN NOT NULL,
    takes_repeat BOOLEAN NOT NULL,
    retired      BOOLEAN NOT NULL,
    version      BIGINT NOT NULL -- a writer that read an older state is refused
);

-- The stages of a pipeline. A retired one is kept for the leads that stood there.
--   required: what a lead needs to stand there, with commas between
CREATE TABLE stages (
    id          TEXT PRIMARY KEY,
    pipeline_id TEXT NOT NULL REFERENCES pipelines (id),
    name_en     TEXT NOT NULL,
    name_ru     TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('open', 'won', 'lost')),
    position    BIGINT NOT NULL,
    probability BIGINT NOT NULL, -- of winning a lead that stands there, in percent
    required    TEXT NOT NULL,
    retired     BOOLEAN NOT NULL
);
CREATE INDEX stages_by_pipeline ON stages (pipeline_id, position);

INSERT INTO pipelines (id, name_en, name_ru, position, currency, first_stage, takes_new, takes_repeat, retired, version) VALUES
('main', 'Sales', 'Продажи', 1, 'RUB', 'new', TRUE, TRUE, FALSE, 1);
INSERT INTO stages (id, pipeline_id, name_en, name_ru, kind, position, probability, required, retired) VALUES
('new', 'main', 'New', 'Новый', 'open', 1, 10, '', FALSE),
('working', 'main', 'In work', 'В работе', 'open', 2, 50, '', FALSE),
('won', 'main', 'Won', 'Успех', 'won', 3, 100, '', FALSE),
('refused', 'main', 'Refused', 'Отказ', 'lost', 4, 0, '', FALSE);

-- status says what kind of stage the lead stands in: new is the first open stage of the
-- pipeline, working every other open one, won and refused the closed ones.
--   staged:      since when it stands there
--   amount:      in hundredths of the currency; 0: not known
--   probability: in percent; -1: that of the stage
--   expected:    the day on which it is expected to be won, as 2006-01-02; empty: not known
--   refusal_id:  entry of the dictionary refusal; empty: refusal has the reason in other words
ALTER TABLE leads ADD COLUMN pipeline_id TEXT NOT NULL DEFAULT 'main';
ALTER TABLE leads ADD COLUMN stage_id TEXT NOT NULL DEFAULT 'new';
ALTER TABLE leads ADD COLUMN staged BIGINT NOT NULL DEFAULT 0;
ALTER TABLE leads ADD COLUMN amount BIGINT NOT NULL DEFAULT 0;
ALTER TABLE leads ADD COLUMN currency TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN probability BIGINT NOT NULL DEFAULT -1;
ALTER TABLE leads ADD COLUMN expected TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN product TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN refusal_id TEXT NOT NULL DEFAULT '';

-- Each stage that a lead has left, and who moved it. Where it stands now is in leads.
CREATE TABLE lead_stages (
    id       TEXT PRIMARY KEY,
    lead_id  TEXT NOT NULL REFERENCES leads (id),
    stage_id TEXT NOT NULL REFERENCES stages (id),
    entered  BIGINT NOT NULL,
    left_at  BIGINT NOT NULL,
    user_id  TEXT NOT NULL -- empty: not known
);
INSERT INTO lead_stages (id, lead_id, stage_id, entered, left_at, user_id)
SELECT c.id, c.object_id, c.old_value, COALESCE((SELECT MAX(b.at) FROM changes b WHERE b.object = 'lead' AND b.object_id = c.object_id AND b.field = 'status'
    AND (b.at, b.id) < (c.at, c.id)), l.opened), c.at, c.user_id
FROM changes c JOIN leads l ON l.id = c.object_id WHERE c.object = 'lead' AND c.field = 'status' AND c.old_value <> '';
CREATE INDEX lead_stages_by_lead ON lead_stages (lead_id, id);

UPDATE leads SET stage_id = status,
    staged = COALESCE((SELECT MAX(c.at) FROM changes c WHERE c.object = 'lead' AND c.object_id = leads.id AND c.field = 'status'), CASE WHEN closed <> 0 THEN closed ELSE opened END),
    refusal_id = COALESCE((SELECT MIN(e.id) FROM dictionary_entries e WHERE e.dictionary = 'refusal' AND refusal <> '' AND refusal IN (e.name_en, e.name_ru)), '');

-- At most one open lead per contact and pipeline.
DROP INDEX leads_one_open;
CREATE UNIQUE INDEX leads_one_open ON leads (contact_id, pipeline_id) WHERE closed = 0;
CREATE INDEX leads_by_stage ON leads (stage_id, opened, id);
DROP INDEX leads_by_refusal;
CREATE INDEX leads_by_refusal ON leads (refusal_id) WHERE refusal_id <> '';

DROP VIEW lead_rows;
CREATE VIEW lead_rows AS
SELECT l.id, l.contact_id, c.name AS contact_name, c.main_key AS contact_key, c.search, COALESCE(c.owner_id, '') AS owner_id,
    l.status, l.source, l.channel, l.subject, l.team, COALESCE(l.manager_id, '') AS manager_id, COALESCE(m.name, '') AS manager_name,
    l.reason, l.repeated, l.refusal, l.utm, l.opened, l.assigned, l.closed, l.responded,
    l.pipeline_id, l.stage_id, l.staged, l.amount, l.currency, l.probability, l.expected, l.product, l.refusal_id
FROM leads l JOIN contacts c ON c.id = l.contact_id LEFT JOIN users m ON m.id = l.manager_id;

-- +goose Down
DROP VIEW lead_rows;
CREATE VIEW lead_rows AS
SELECT l.id, l.contact_id, c.name AS contact_name, c.main_key AS contact_key, c.search, COALESCE(c.owner_id, '') AS owner_id,
    l.status, l.source, l.channel, l.subject, l.team, COALESCE(l.manager_id, '') AS manager_id, COALESCE(m.name, '') AS manager_name,
    l.reason, l.repeated, l.refusal, l.utm, l.opened, l.assigned, l.closed, l.responded
FROM leads l JOIN contacts c ON c.id = l.contact_id LEFT JOIN users m ON m.id = l.manager_id;
DROP INDEX leads_by_refusal;
CREATE INDEX leads_by_refusal ON leads (refusal) WHERE refusal <> '';
DROP INDEX leads_by_stage;
DROP INDEX leads_one_open;
CREATE UNIQUE INDEX leads_one_open ON leads (contact_id) WHERE closed = 0;
DROP TABLE lead_stages;
ALTER TABLE leads DROP COLUMN refusal_id;
ALTER TABLE leads DROP COLUMN product;
ALTER TABLE leads DROP COLUMN expected;
ALTER TABLE leads DROP COLUMN probability;
ALTER TABLE leads DROP COLUMN currency;
ALTER TABLE leads DROP COLUMN amount;
ALTER TABLE leads DROP COLUMN staged;
ALTER TABLE leads DROP COLUMN stage_id;
ALTER TABLE leads DROP COLUMN pipeline_id;
DROP TABLE stages;
DROP TABLE pipelines;
