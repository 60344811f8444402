-- name: DropLinkCodes :exec
DELETE FROM link_codes WHERE expires <= @now OR (user_id = @user_id AND via = @via);

-- name: InsertLinkCode :exec
INSERT INTO link_codes (hash, user_id, via, expires) VALUES (@hash, @user_id, @via, @expires);

-- name: UseLinkCode :one
DELETE FROM link_codes WHERE hash = @hash AND via = @via AND expires > @now RETURNING user_id;

-- name: DropLinks :exec
DELETE FROM user_links WHERE via = @via AND (address = @address OR user_id = @user_id);

-- name: InsertLink :exec
INSERT INTO user_links (user_id, via, address, created) VALUES (@user_id, @via, @address, @created);

-- name: DropLinkAt :one
DELETE FROM user_links WHERE via = @via AND address = @address RETURNING user_id;

-- name: DropLinkOf :execrows
DELETE FROM user_links WHERE user_id = @user_id AND via = @via;

-- name: LinkedUser :one
SELECT r.* FROM user_links k JOIN user_rows r ON r.id = k.user_id
WHERE k.via = @via AND k.address = @address AND r.disabled = FALSE;

-- name: ListLinks :many
SELECT user_id, address FROM user_links WHERE via = $1 ORDER BY user_id;

-- name: LinksOf :many
SELECT via, created FROM user_links WHERE user_id = $1 ORDER BY via;

-- name: NoteDigest :execrows
INSERT INTO digests (day) VALUES (@day) ON CONFLICT DO NOTHING;

-- The users who get a digest: those with a linked address who may sign in.
-- name: ListDigests :many
SELECT u.id AS user_id,
    CAST((SELECT COUNT(*) FROM leads l WHERE l.manager_id = u.id AND l.status IN ('new', 'working')) AS BIGINT) AS open_leads,
    CAST((SELECT COUNT(*) FROM leads l WHERE l.manager_id = u.id AND l.status = 'new') AS BIGINT) AS new_leads,
    CAST((SELECT COUNT(*) FROM tasks t WHERE t.holder_id = u.id AND t.state = 'open') AS BIGINT) AS tasks,
    CAST((SELECT COUNT(*) FROM tasks t WHERE t.holder_id = u.id AND t.state = 'open' AND t.due < @now) AS BIGINT) AS late_tasks
FROM users u WHERE u.disabled = FALSE AND EXISTS (SELECT 1 FROM user_links k WHERE k.user_id = u.id)
ORDER BY u.id;
