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

-- +goose Down
DROP TABLE leases;
