-- +goose Up
-- What /readyz writes to see that the database can be written to: a row per hub.
CREATE TABLE probes (
    hub TEXT PRIMARY KEY,
    at  BIGINT NOT NULL
);

-- +goose Down
DROP TABLE probes;
