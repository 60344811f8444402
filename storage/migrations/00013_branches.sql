-- +goose Up
-- Two exchanges may number their telephones alike. An extension written
-- "spb:100" is the telephone 100 at the source spb alone; "100" is the telephone
-- of that number wherever it is.
ALTER TABLE user_extensions ADD COLUMN source TEXT NOT NULL DEFAULT ''; -- empty: any
ALTER TABLE user_extensions ADD COLUMN number TEXT NOT NULL DEFAULT ''; -- as the exchange names it
UPDATE user_extensions SET number = extension;
CREATE INDEX user_extensions_by_number ON user_extensions (number, source);

-- "device" is the best of the user's telephones: the states are in the order of the alphabet.
DROP VIEW user_rows;
CREATE VIEW user_rows AS
SELECT u.id, u.login, u.name, u.folded, u.role, u.team, u.presence, u.disabled, u.password_hash, u.last_assigned, u.created,
    u.pause_reason, u.pause_note, u.presence_since, u.presence_until, u.shifts,
    CAST(COALESCE((SELECT string_agg(e.extension, '|' ORDER BY e.position) FROM user_extensions e WHERE e.user_id = u.id), '') AS TEXT) AS extensions,
    CAST(COALESCE((SELECT MIN(d.state) FROM user_extensions e JOIN devices d ON d.extension = e.number AND e.source IN ('', d.source) WHERE e.user_id = u.id), 'unknown') AS TEXT) AS device
FROM users u;

-- +goose Down
DROP VIEW user_rows;
CREATE VIEW user_rows AS
SELECT u.id, u.login, u.name, u.folded, u.role, u.team, u.presence, u.disabled, u.password_hash, u.last_assigned, u.created,
    u.pause_reason, u.pause_note, u.presence_since, u.presence_until, u.shifts,
    CAST(COALESCE((SELECT string_agg(e.extension, '|' ORDER BY e.position) FROM user_extensions e WHERE e.user_id = u.id), '') AS TEXT) AS extensions,
    CAST(COALESCE((SELECT MIN(d.state) FROM user_extensions e JOIN devices d ON d.extension = e.extension WHERE e.user_id = u.id), 'unknown') AS TEXT) AS device
FROM users u;
DROP INDEX user_extensions_by_number;
ALTER TABLE user_extensions DROP COLUMN number;
ALTER TABLE user_extensions DROP COLUMN source;
