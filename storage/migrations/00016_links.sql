-- +goose Up
-- Where a user wants to be told of events outside of the workplace. Via names
-- the channel and our side of it ("telegram:" and the bot's id).
CREATE TABLE user_links (
    user_id TEXT NOT NULL REFERENCES users (id),
    via     TEXT NOT NULL,
    address TEXT NOT NULL, -- the user's side: a chat
    created BIGINT NOT NULL,
    PRIMARY KEY (via, address),
    UNIQUE (user_id, via)
);
-- By which a user proves to be the owner of an address, once.
CREATE TABLE link_codes (
    hash    TEXT PRIMARY KEY, -- SHA-256 of the code
    user_id TEXT NOT NULL REFERENCES users (id),
    via     TEXT NOT NULL,
    expires BIGINT NOT NULL
);
-- The days whose digests were written, so that several hubs write each once.
CREATE TABLE digests (
    day TEXT PRIMARY KEY -- 2026-11-22, by the office's clock
);

-- +goose Down
DROP TABLE digests;
DROP TABLE link_codes;
DROP TABLE user_links;
