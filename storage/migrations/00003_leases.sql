-- +goose Up
-- Which hub works a source that needs one owner. The epoch grows by one with
-- every change of owner, the beat with every sign of life. The unique key makes
-- a write that holds (source, epoch) FOR KEY SHARE stop a take-over and nothing
-- else, in particular no beat.
CREATE TABLE leases (
    source TEXT PRIMARY KEY,
    hub    TEXT NOT NULL, -- name of the owner; empty: given up
    epoch  BIGINT NOT NULL,
    beat   BIGINT NOT NULL,
    UNIQUE (source, epoch)
);

-- What becomes of a quarantined touch. Nothing is ever deleted here.
ALTER TABLE quarantine ADD COLUMN touch TEXT NOT NULL DEFAULT ''; -- as the connector put it, JSON; empty: not kept
ALTER TABLE quarantine ADD COLUMN state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'discarded'));
ALTER TABLE quarantine ADD COLUMN retries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN decided BIGINT NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN decided_by TEXT REFERENCES users (id);
ALTER TABLE quarantine ADD COLUMN note TEXT NOT NULL DEFAULT ''; -- why it was discarded
ALTER TABLE quarantine ADD COLUMN interaction_id TEXT REFERENCES interactions (id); -- that it became
CREATE INDEX quarantine_waiting ON quarantine (at, id) WHERE state = 'waiting';

-- +goose Down
DROP INDEX quarantine_waiting;
ALTER TABLE quarantine DROP COLUMN interaction_id;
ALTER TABLE quarantine DROP COLUMN note;
ALTER TABLE quarantine DROP COLUMN decided_by;
ALTER TABLE quarantine DROP COLUMN decided;
ALTER TABLE quarantine DROP COLUMN retries;
ALTER TABLE quarantine DROP COLUMN state;
ALTER TABLE quarantine DROP COLUMN touch;
DROP TABLE leases;
