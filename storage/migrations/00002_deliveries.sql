-- +goose Up
-- One row per event and sink, written with the event. Rows of one subject (the
-- event's lead, else its call, contact or user) go to a sink one after the other.
CREATE TABLE deliveries (
    id            TEXT PRIMARY KEY,
    sink          TEXT NOT NULL,
    event_seq     BIGINT NOT NULL REFERENCES events (seq),
    subject       TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts      BIGINT NOT NULL, -- counted before each try
    next_at       BIGINT NOT NULL, -- waiting: not before; set before each try
    owner         TEXT NOT NULL,   -- who sends it now, until claimed_until
    claimed_until BIGINT NOT NULL,
    attempted     BIGINT NOT NULL,
    done          BIGINT NOT NULL,
    error         TEXT NOT NULL,
    at            BIGINT NOT NULL, -- of the event
    UNIQUE (sink, event_seq)
);
CREATE INDEX deliveries_due ON deliveries (sink, next_at, event_seq) WHERE state = 'waiting';
CREATE INDEX deliveries_by_subject ON deliveries (sink, subject, event_seq) WHERE state = 'waiting';
CREATE INDEX deliveries_newest ON deliveries (at, id);
CREATE INDEX deliveries_by_state ON deliveries (state, at, id);
CREATE INDEX deliveries_done ON deliveries (done, sink) WHERE state = 'delivered';
CREATE INDEX deliveries_dead ON deliveries (sink) WHERE state = 'dead';

CREATE VIEW delivery_rows AS
SELECT d.id, d.sink, e.id AS event_id, e.type AS event_type, e.lead_id, d.state, d.attempts, d.at, d.attempted, d.next_at, d.done, d.error
FROM deliveries d JOIN events e ON e.seq = d.event_seq;

-- +goose Down
DROP VIEW delivery_rows;
DROP TABLE deliveries;
