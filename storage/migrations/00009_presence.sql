-- +goose Up
-- Circumstances of a user's own word, and their working hours as JSON.
ALTER TABLE users ADD COLUMN pause_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN pause_note TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN presence_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN presence_until BIGINT NOT NULL DEFAULT 0; -- a pause ends by itself then
ALTER TABLE users ADD COLUMN shifts TEXT NOT NULL DEFAULT '';
CREATE INDEX users_pausing ON users (presence_until) WHERE presence_until > 0;

-- Telephones as their exchange sees them, written by the hub that owns the source.
CREATE TABLE devices (
    extension TEXT NOT NULL,
    source    TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('registered', 'unreachable', 'unknown')),
    since     BIGINT NOT NULL,
    PRIMARY KEY (extension, source)
);

CREATE INDEX calls_going_on ON calls (operator_id, id) WHERE ended = 0;

-- "device" is the best of the user's telephones: the states are in the order of the alphabet.
DROP VIEW user_rows;
CREATE VIEW user_rows AS
SELECT u.id, u.login, u.name, u.folded, u.role, u.team, u.presence, u.disabled, u.password_hash, u.last_assigned, u.created,
    u.pause_reason, u.pause_note, u.presence_since, u.presence_until, u.shifts,
    CAST(COALESCE((SELECT string_agg(e.extension, '|' ORDER BY e.position) FROM user_extensions e WHERE e.user_id = u.id), '') AS TEXT) AS extensions,
    CAST(COALESCE((SELECT MIN(d.state) FROM user_extensions e JOIN devices d ON d.extension = e.extension WHERE e.user_id = u.id), 'unknown') AS TEXT) AS device
FROM users u;

-- +goose Down
DROP VIEW user_rows;
CREATE VIEW user_rows AS
SELECT u.id, u.login, u.name, u.folded, u.role, u.team, u.presence, u.disabled, u.password_hash, u.last_assigned, u.created,
    CAST(COALESCE((SELECT string_agg(e.extension, '|' ORDER BY e.position) FROM user_extensions e WHERE e.user_id = u.id), '') AS TEXT) AS extensions
FROM users u;
DROP INDEX calls_going_on;
DROP TABLE devices;
DROP INDEX users_pausing;
ALTER TABLE users DROP COLUMN shifts;
ALTER TABLE users DROP COLUMN presence_until;
ALTER TABLE users DROP COLUMN presence_since;
ALTER TABLE users DROP COLUMN pause_note;
ALTER TABLE users DROP COLUMN pause_reason;
