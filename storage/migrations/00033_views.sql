-- Lists that people come back to: named filters, and leads whose customer waits.

-- +goose Up
-- The filters of a list under a name.
--   audience: who finds it: "user " and a user's id; "team " and a team; "all"
--   folded:   name, by which it is unique and sorted
--   query:    as the address of the list has it
CREATE TABLE list_views (
    id       TEXT PRIMARY KEY,
    list     TEXT NOT NULL,
    audience TEXT NOT NULL,
    folded   TEXT NOT NULL,
    name     TEXT NOT NULL,
    query    TEXT NOT NULL,
    owner_id TEXT NOT NULL REFERENCES users (id),
    updated  BIGINT NOT NULL,
    version  BIGINT NOT NULL, -- a writer that read an older state is refused
    UNIQUE (audience, list, folded)
);

CREATE INDEX leads_waiting ON leads (opened, id) WHERE responded = 0 AND closed = 0;

-- +goose Down
DROP INDEX leads_waiting;
DROP TABLE list_views;
