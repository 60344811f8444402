-- Handing over what a colleague has: requests that were carried out, and substitutes for a period.

-- +goose Up
-- The requests by which users handed over what a colleague had.
CREATE TABLE handovers (
    user_id  TEXT NOT NULL REFERENCES users (id),
    asked_as TEXT NOT NULL, -- key by which the user recognises a repetition
    digest   TEXT NOT NULL, -- of what was asked for
    result   TEXT NOT NULL, -- the answer, as JSON
    PRIMARY KEY (user_id, asked_as)
);

-- Users who are away, and who has their leads and tasks meanwhile.
CREATE TABLE substitutes (
    id            TEXT PRIMARY KEY,
    user_id       TEXT NOT NULL REFERENCES users (id), -- who is away
    substitute_id TEXT NOT NULL REFERENCES users (id),
    begins        BIGINT NOT NULL,
    ends          BIGINT NOT NULL,
    keeps         BOOLEAN NOT NULL, -- what came in meanwhile stays with the substitute
    state         TEXT NOT NULL CHECK (state IN ('planned', 'active', 'ending', 'ended')),
    created_by    TEXT NOT NULL
);
CREATE UNIQUE INDEX substitutes_one ON substitutes (user_id) WHERE state <> 'ended';

-- +goose Down
DROP TABLE substitutes;
DROP TABLE handovers;
