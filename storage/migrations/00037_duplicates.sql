-- Contacts that are perhaps one person: found in the background by their keys
-- (storage/duplicatefind.go), or named by one touch.

-- +goose Up
-- reasons and touch are JSON: what the rules say, and what a touch said; empty: nothing.
--   score: 1 to 99, how sure it is
--   state: open or dismissed: they are not the same
CREATE TABLE suggestions (
    contact_id     TEXT NOT NULL REFERENCES contacts (id),
    other_id       TEXT NOT NULL REFERENCES contacts (id),
    score          BIGINT NOT NULL,
    reasons        TEXT NOT NULL,
    touch          TEXT NOT NULL,
    interaction_id TEXT NOT NULL, -- of the touch; empty: none
    at             BIGINT NOT NULL,
    state          TEXT NOT NULL,
    decided        BIGINT NOT NULL,
    decided_by     TEXT NOT NULL, -- user; empty: nobody
    PRIMARY KEY (contact_id, other_id),
    CHECK (contact_id < other_id)
);
INSERT INTO suggestions (contact_id, other_id, score, reasons, touch, interaction_id, at, state, decided, decided_by)
SELECT m.contact_id, m.other_id, CASE WHEN m.reason LIKE 'the text%' THEN 70 ELSE 80 END, '',
    '[{"code":"' || CASE WHEN m.reason LIKE 'the text%' THEN 'in_text' ELSE 'together' END || '","channel":"' || i.channel || '"}]',
    m.interaction_id, m.at, 'open', 0, ''
FROM merge_suggestions m JOIN interactions i ON i.id = m.interaction_id;
DROP TABLE merge_suggestions;
ALTER TABLE suggestions RENAME TO merge_suggestions;
CREATE INDEX merge_suggestions_by_other ON merge_suggestions (other_id, contact_id);
CREATE INDEX merge_suggestions_ranked ON merge_suggestions (state, score, contact_id, other_id);

-- The keys by which contacts that may be one person are found. They and the next three tables can be
-- made anew, so that backups leave them out.
CREATE TABLE duplicate_keys (
    key        BIGINT NOT NULL,
    contact_id TEXT NOT NULL,
    PRIMARY KEY (key, contact_id)
) /* WITHOUT ROWID */;

-- What the keys were made of, and which they are.
CREATE TABLE duplicate_profiles (
    contact_id TEXT PRIMARY KEY,
    hash       BIGINT NOT NULL,
    keys       TEXT NOT NULL
);

-- Contacts to compare with others: those that changed, the latest first, then those that were there before.
CREATE TABLE duplicate_queue (
    contact_id TEXT PRIMARY KEY,
    since      BIGINT NOT NULL -- 0: it was there before
);
CREATE INDEX duplicate_queue_newest ON duplicate_queue (since, contact_id);

-- One row, which one hub at a time changes.
CREATE TABLE duplicate_turns (
    id   BIGINT PRIMARY KEY,
    turn BIGINT NOT NULL
);

-- The search reads all contacts once more, and queues them.
UPDATE search_state SET filled = FALSE, before = '' WHERE kind = 'contact';

-- +goose Down
DROP TABLE duplicate_turns;
DROP TABLE duplicate_queue;
DROP TABLE duplicate_profiles;
DROP TABLE duplicate_keys;
CREATE TABLE suggestions (
    contact_id     TEXT NOT NULL REFERENCES contacts (id),
    other_id       TEXT NOT NULL REFERENCES contacts (id),
    reason         TEXT NOT NULL,
    interaction_id TEXT NOT NULL REFERENCES interactions (id),
    at             BIGINT NOT NULL,
    PRIMARY KEY (contact_id, other_id),
    CHECK (contact_id < other_id)
);
INSERT INTO suggestions (contact_id, other_id, reason, interaction_id, at)
SELECT m.contact_id, m.other_id,
    CASE WHEN m.touch LIKE '%in_text%' THEN 'the text of one touch names the other' ELSE 'one touch came with identities of both' END, m.interaction_id, m.at
FROM merge_suggestions m WHERE m.touch <> '' AND m.state = 'open';
DROP TABLE merge_suggestions;
ALTER TABLE suggestions RENAME TO merge_suggestions;
CREATE INDEX merge_suggestions_by_other ON merge_suggestions (other_id, contact_id);
