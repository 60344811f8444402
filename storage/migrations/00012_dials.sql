-- +goose Up
-- Calls that users asked the hub to place. The id is also the id of the channel
-- at the exchange, and so the linkedid of the call.
CREATE TABLE dials (
    id        TEXT PRIMARY KEY,
    user_id   TEXT NOT NULL REFERENCES users (id),
    asked_as  TEXT NOT NULL, -- key by which the user recognises a repetition
    source    TEXT NOT NULL,
    extension TEXT NOT NULL,
    number    TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('asked', 'ringing_operator', 'ringing_customer', 'talking', 'ended', 'failed')),
    reason    TEXT NOT NULL,
    cancelled BOOLEAN NOT NULL,
    asked     BIGINT NOT NULL,
    updated   BIGINT NOT NULL,
    UNIQUE (user_id, asked_as)
);
CREATE INDEX dials_of_user ON dials (user_id, asked, id);
CREATE INDEX dials_open ON dials (source, asked) WHERE state NOT IN ('ended', 'failed');
-- A telephone is called for one dial at a time.
CREATE UNIQUE INDEX dials_pending ON dials (source, extension) WHERE state IN ('asked', 'ringing_operator', 'ringing_customer');

CREATE VIEW dial_rows AS
SELECT d.id, d.user_id, u.name AS user_name, d.asked_as, d.source, d.extension, d.number, d.state, d.reason, d.cancelled, d.asked, d.updated,
    COALESCE(i.id, '') AS call_id, COALESCE(c.answered, 0) AS answered
FROM dials d JOIN users u ON u.id = d.user_id
LEFT JOIN interactions i ON i.source = d.source AND i.external_id = d.id
LEFT JOIN calls c ON c.id = i.id;

-- +goose Down
DROP VIEW dial_rows;
DROP TABLE dials;
