-- name: GetUser :one
SELECT * FROM user_rows WHERE id = $1;

-- name: GetUserByLogin :one
SELECT * FROM user_rows WHERE login = $1;

-- name: GetUserByToken :one
SELECT r.* FROM tokens t JOIN user_rows r ON r.id = t.user_id WHERE t.hash = $1;

-- open_leads is counted for managers with the same last_assigned, and 0 for others:
-- it only decides between the former.
-- name: ListCandidates :many
SELECT r.*, CAST(CASE
    WHEN r.role = 'manager' AND EXISTS (SELECT 1 FROM users o
        WHERE o.role = 'manager' AND o.disabled = FALSE AND o.last_assigned = r.last_assigned AND o.id <> r.id)
    THEN (SELECT COUNT(*) FROM leads l WHERE l.manager_id = r.id AND l.status IN ('new', 'working'))
    ELSE 0 END AS BIGINT) AS open_leads
FROM user_rows r
WHERE r.disabled = FALSE AND r.role IN ('operator', 'manager')
ORDER BY r.last_assigned, r.id;

-- name: InsertUser :execrows
INSERT INTO users (id, login, name, folded, role, team, presence, disabled, password_hash, last_assigned, created, shifts)
VALUES (@id, @login, @name, @folded, @role, @team, @presence, @disabled, @password_hash, 0, @created, @shifts)
ON CONFLICT DO NOTHING;

-- name: UpdateUser :execrows
UPDATE users SET name = @name, folded = @folded, role = @role, team = @team, disabled = @disabled, password_hash = @password_hash,
    shifts = @shifts
WHERE id = @id;

-- name: DropExtensions :exec
DELETE FROM user_extensions WHERE user_id = $1;

-- Inserts no row when a user has the telephone already, at this source or at any.
-- name: InsertExtension :execrows
INSERT INTO user_extensions (extension, source, number, user_id, position)
SELECT @extension, CAST(@source AS TEXT), CAST(@number AS TEXT), @user_id, @position
WHERE NOT EXISTS (SELECT 1 FROM user_extensions o WHERE o.number = @number AND (o.source = @source OR o.source = '' OR @source = ''))
ON CONFLICT DO NOTHING;

-- Takes a telephone from users who are disabled.
-- name: FreeExtension :exec
DELETE FROM user_extensions
WHERE number = @number AND (source = CAST(@source AS TEXT) OR source = '' OR CAST(@source AS TEXT) = '')
  AND user_id <> CAST(@holder AS TEXT) AND user_id IN (SELECT u.id FROM users u WHERE u.disabled = TRUE);

-- name: HolderOfExtension :one
SELECT u.login, u.name FROM user_extensions e JOIN users u ON u.id = e.user_id
WHERE e.number = @number AND (e.source = CAST(@source AS TEXT) OR e.source = '' OR CAST(@source AS TEXT) = '')
ORDER BY u.login
LIMIT 1;

-- name: InsertToken :execrows
INSERT INTO tokens (id, user_id, name, hash, created) VALUES (@id, @user_id, @name, @hash, @created)
ON CONFLICT DO NOTHING;

-- name: DropToken :execrows
DELETE FROM tokens WHERE id = @id_or_name OR name = @id_or_name;

-- name: DropTokensOf :exec
DELETE FROM tokens WHERE user_id = $1;

-- Changes no row when the password is another one by now.
-- name: ChangePassword :execrows
UPDATE users SET password_hash = @password_hash WHERE id = @id AND password_hash = @was;

-- name: ListTokens :many
SELECT t.id, t.name, t.user_id, u.login, t.created FROM tokens t JOIN users u ON u.id = t.user_id ORDER BY t.created, t.id;

-- name: FindSession :one
SELECT data FROM sessions WHERE token = @token AND expiry > @now;

-- name: PutSession :exec
INSERT INTO sessions (token, data, expiry) VALUES (@token, @data, @expiry)
ON CONFLICT (token) DO UPDATE SET data = EXCLUDED.data, expiry = EXCLUDED.expiry;

-- name: DropSession :exec
DELETE FROM sessions WHERE token = $1;

-- name: DropExpiredSessions :exec
DELETE FROM sessions WHERE expiry <= $1;

-- name: RightsVersion :one
SELECT version FROM rights;

-- name: RightsChanged :exec
UPDATE rights SET version = version + 1;
