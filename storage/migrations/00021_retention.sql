-- +goose Up
-- What is done is deleted after a while, see leads.Retention. Events up to this
-- number may be gone: a reader who stands before it has missed some.
CREATE TABLE horizons (
    name TEXT PRIMARY KEY, -- "events"
    seq  BIGINT NOT NULL
);
INSERT INTO horizons (name, seq) VALUES ('events', 0);
CREATE INDEX deliveries_by_event ON deliveries (event_seq);
CREATE INDEX quarantine_decided ON quarantine (decided) WHERE state <> 'waiting';

-- +goose Down
DROP INDEX quarantine_decided;
DROP INDEX deliveries_by_event;
DROP TABLE horizons;
