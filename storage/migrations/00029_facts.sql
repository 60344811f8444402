-- What people write of interactions, the dictionaries that they choose from, and which
-- facts a source or a team requires. storage/facts.go writes them.

-- +goose Up
-- Entries of the dictionaries. Built-in ones have a code, which is also their id, and a
-- name in each language; people's own have one name.
CREATE TABLE dictionary_entries (
    id         TEXT PRIMARY KEY,
    dictionary TEXT NOT NULL CHECK (dictionary IN ('nature', 'outcome', 'refusal')),
    code       TEXT NOT NULL, -- of a built-in entry, else empty
    name_en    TEXT NOT NULL,
    name_ru    TEXT NOT NULL,
    folded     TEXT NOT NULL, -- name_en
    channel    TEXT NOT NULL, -- the only one of the entry; empty: every channel
    direction  TEXT NOT NULL, -- likewise
    position   BIGINT NOT NULL,
    retired    BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX dictionary_entries_named ON dictionary_entries (dictionary, folded, channel, direction);

INSERT INTO dictionary_entries (id, dictionary, code, name_en, name_ru, folded, channel, direction, position, retired) VALUES
('enquiry', 'nature', 'enquiry', 'Enquiry', 'Запрос', 'enquiry', '', '', 1, FALSE),
('order', 'nature', 'order', 'Order', 'Заказ', 'order', '', '', 2, FALSE),
('complaint', 'nature', 'complaint', 'Complaint', 'Жалоба', 'complaint', '', '', 3, FALSE),
('proposal', 'nature', 'proposal', 'Proposal', 'Предложение', 'proposal', '', '', 4, FALSE),
('other', 'nature', 'other', 'Other', 'Другое', 'other', '', '', 5, FALSE),
('answered', 'outcome', 'answered', 'Question answered', 'Ответили на вопрос', 'question answered', '', '', 1, FALSE),
('ordered', 'outcome', 'ordered', 'Order placed', 'Оформлен заказ', 'order placed', '', '', 2, FALSE),
('appointment', 'outcome', 'appointment', 'Appointment made', 'Назначена встреча', 'appointment made', '', '', 3, FALSE),
('offer_promised', 'outcome', 'offer_promised', 'Offer promised', 'Обещали предложение', 'offer promised', '', '', 4, FALSE),
('passed_on', 'outcome', 'passed_on', 'Passed on to a colleague', 'Передано коллеге', 'passed on to a colleague', '', '', 5, FALSE),
('declined', 'outcome', 'declined', 'Customer declined', 'Клиент отказался', 'customer declined', '', '', 6, FALSE),
('call_back_agreed', 'outcome', 'call_back_agreed', 'Call-back agreed', 'Договорились перезвонить', 'call-back agreed', 'call', '', 7, FALSE),
('cut_off', 'outcome', 'cut_off', 'Connection lost', 'Связь прервалась', 'connection lost', 'call', '', 8, FALSE),
('wrong_number', 'outcome', 'wrong_number', 'Wrong number', 'Ошиблись номером', 'wrong number', 'call', 'in', 9, FALSE),
('voicemail_left', 'outcome', 'voicemail_left', 'Message left', 'Оставили сообщение', 'message left', 'call', 'out', 10, FALSE),
('busy_now', 'outcome', 'busy_now', 'Customer had no time', 'Клиенту неудобно говорить', 'customer had no time', 'call', 'out', 11, FALSE),
('advertising', 'outcome', 'advertising', 'Advertising, no customer', 'Реклама, не клиент', 'advertising, no customer', '', 'in', 12, FALSE),
('too_expensive', 'refusal', 'too_expensive', 'Too expensive', 'Дорого', 'too expensive', '', '', 1, FALSE),
('competitor', 'refusal', 'competitor', 'Chose another company', 'Выбрал другую компанию', 'chose another company', '', '', 2, FALSE),
('not_offered', 'refusal', 'not_offered', 'We do not offer this', 'Нет такого товара или услуги', 'we do not offer this', '', '', 3, FALSE),
('not_needed', 'refusal', 'not_needed', 'No longer needed', 'Больше не нужно', 'no longer needed', '', '', 4, FALSE),
('unreachable', 'refusal', 'unreachable', 'Customer cannot be reached', 'Не удаётся связаться', 'customer cannot be reached', '', '', 5, FALSE),
('no_customer', 'refusal', 'no_customer', 'Not a customer', 'Не клиент', 'not a customer', '', '', 6, FALSE);

-- One row for each interaction of which a person wrote something, or which a person registered.
CREATE TABLE facts (
    interaction_id TEXT PRIMARY KEY REFERENCES interactions (id),
    author_id      TEXT REFERENCES users (id), -- who registered the interaction by hand
    nature_id      TEXT REFERENCES dictionary_entries (id),
    subject        TEXT NOT NULL,
    summary        TEXT NOT NULL,
    outcome_id     TEXT REFERENCES dictionary_entries (id),
    decision       TEXT NOT NULL,
    version        BIGINT NOT NULL -- a writer that read an older state is refused
);

-- Each value that a fact ever had.
CREATE TABLE fact_changes (
    interaction_id TEXT NOT NULL REFERENCES interactions (id),
    fact           TEXT NOT NULL CHECK (fact IN ('nature', 'subject', 'summary', 'outcome', 'decision')),
    version        BIGINT NOT NULL, -- of the row of facts that this change made
    user_id        TEXT NOT NULL REFERENCES users (id),
    at             BIGINT NOT NULL,
    entry_id       TEXT REFERENCES dictionary_entries (id), -- of nature and outcome
    body           TEXT NOT NULL, -- of the others
    PRIMARY KEY (interaction_id, fact, version)
);
CREATE INDEX fact_changes_by_entry ON fact_changes (entry_id) WHERE entry_id IS NOT NULL;

-- Whether leads were refused with a reason of the dictionary.
CREATE INDEX leads_by_refusal ON leads (refusal) WHERE refusal <> '';

-- What a source, or the team of the lead, requires of each contact from now on.
CREATE TABLE required_facts (
    scope TEXT NOT NULL CHECK (scope IN ('source', 'team')),
    name  TEXT NOT NULL,
    fact  TEXT NOT NULL CHECK (fact IN ('nature', 'subject', 'summary', 'outcome')),
    PRIMARY KEY (scope, name, fact)
);

-- Interactions that are over and lack a required fact, in the order of their list: for
-- those who see all (holder ''), and for each user who talked in it, registered it or
-- manages its lead.
CREATE TABLE facts_due (
    holder TEXT NOT NULL,
    at     BIGINT NOT NULL, -- of the interaction
    id     TEXT NOT NULL REFERENCES interactions (id),
    PRIMARY KEY (holder, at, id)
) /* WITHOUT ROWID */;
CREATE INDEX facts_due_by_id ON facts_due (id);

-- The required facts of an interaction, and whether it lacks them. A fact may be here
-- twice. CROSS JOIN keeps SQLite to the order of the tables.
CREATE VIEW facts_required AS
SELECT i.id, r.fact, CASE r.fact WHEN 'nature' THEN f.nature_id IS NULL WHEN 'outcome' THEN f.outcome_id IS NULL
    WHEN 'subject' THEN COALESCE(f.subject, '') = '' ELSE COALESCE(f.summary, '') = '' END AS lacking
FROM interactions i CROSS JOIN required_facts r LEFT JOIN facts f ON f.interaction_id = i.id
WHERE r.scope = 'source' AND r.name = i.source
UNION ALL
SELECT i.id, r.fact, CASE r.fact WHEN 'nature' THEN f.nature_id IS NULL WHEN 'outcome' THEN f.outcome_id IS NULL
    WHEN 'subject' THEN COALESCE(f.subject, '') = '' ELSE COALESCE(f.summary, '') = '' END
FROM interactions i CROSS JOIN leads l CROSS JOIN required_facts r LEFT JOIN facts f ON f.interaction_id = i.id
WHERE l.id = i.lead_id AND r.scope = 'team' AND r.name = l.team;

-- Contacts with a person that are over: a call with a talk, a message of a customer, what a
-- user registered and is no note.
CREATE VIEW facts_over AS
SELECT i.id, i.at, i.lead_id FROM interactions i LEFT JOIN calls c ON c.id = i.id LEFT JOIN facts f ON f.interaction_id = i.id
WHERE CASE WHEN c.id IS NOT NULL THEN c.state = 'ended' AND c.direction IN ('in', 'out') AND c.part_of = '' AND c.disposition <> 'barred'
        AND (c.answered <> 0 OR c.disposition = 'answered')
    WHEN f.author_id IS NOT NULL THEN i.channel <> 'note' AND i.direction IN ('in', 'out')
    ELSE i.direction = 'in' AND i.automatic = '' END;

-- Calls that users registered, for those who see all.
CREATE INDEX interactions_calls_by_hand ON interactions (at, id) WHERE channel = 'call_by_hand';

-- +goose Down
DROP INDEX interactions_calls_by_hand;
DROP VIEW facts_over;
DROP VIEW facts_required;
DROP TABLE facts_due;
DROP TABLE required_facts;
DROP INDEX leads_by_refusal;
DROP TABLE fact_changes;
-- No version before knows interactions without a touch.
UPDATE interactions SET channel = 'phone' WHERE channel = 'call_by_hand';
DROP TABLE facts;
DROP TABLE dictionary_entries;
