-- +goose Up
-- Times in which a source could not see what happened.
CREATE TABLE gaps (
    source TEXT NOT NULL,
    began  BIGINT NOT NULL, -- of the last sign of life before
    ended  BIGINT NOT NULL, -- when the source saw again
    cause  TEXT NOT NULL,
    filled BIGINT NOT NULL DEFAULT 0, -- when the journal had told what happened; 0: it has not
    PRIMARY KEY (source, began)
);
CREATE INDEX gaps_newest ON gaps (began, source);

-- One day's calls of a source, compared with the journal of the exchange.
CREATE TABLE reconciliations (
    source      TEXT NOT NULL,
    day         TEXT NOT NULL,             -- 2006-01-02 by the hub's clock
    asked       BIGINT NOT NULL DEFAULT 0, -- 0: nobody waits for it
    at          BIGINT NOT NULL DEFAULT 0, -- when it was made last; 0: never
    calls       BIGINT NOT NULL DEFAULT 0,
    missing     BIGINT NOT NULL DEFAULT 0,
    differing   BIGINT NOT NULL DEFAULT 0,
    unknown     BIGINT NOT NULL DEFAULT 0,
    repaired    BIGINT NOT NULL DEFAULT 0,
    error       TEXT NOT NULL DEFAULT '',
    differences TEXT NOT NULL DEFAULT '[]', -- JSON
    PRIMARY KEY (source, day)
);
CREATE INDEX reconciliations_newest ON reconciliations (day, source);
CREATE INDEX calls_began ON calls (started);

-- +goose Down
DROP INDEX calls_began;
DROP TABLE reconciliations;
DROP TABLE gaps;
