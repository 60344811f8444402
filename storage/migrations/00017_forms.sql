-- +goose Up
-- What customers agreed to, word for word, with what they sent.
CREATE TABLE consents (
    interaction_id TEXT PRIMARY KEY REFERENCES interactions (id),
    version        TEXT NOT NULL,
    body           TEXT NOT NULL,
    page           TEXT NOT NULL,
    at             BIGINT NOT NULL
);

-- +goose Down
DROP TABLE consents;
