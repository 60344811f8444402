-- The requests by which users handed over what a colleague had.

-- +goose Up
CREATE TABLE handovers (
    user_id  TEXT NOT NULL REFERENCES users (id),
    asked_as TEXT NOT NULL, -- key by which the user recognises a repetition
    digest   TEXT NOT NULL, -- of what was asked for
    result   TEXT NOT NULL, -- the answer, as JSON
    PRIMARY KEY (user_id, asked_as)
);

-- +goose Down
DROP TABLE handovers;
