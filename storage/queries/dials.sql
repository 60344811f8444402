-- name: InsertDial :execrows
INSERT INTO dials (id, user_id, asked_as, source, extension, number, state, reason, cancelled, asked, updated)
VALUES (@id, @user_id, @asked_as, @source, @extension, @number, 'asked', '', FALSE, @asked, @asked);

-- name: DialAskedAs :one
SELECT r.* FROM dial_rows r WHERE r.user_id = @user_id AND r.asked_as = @asked_as;

-- name: PendingDial :one
SELECT r.* FROM dial_rows r
WHERE r.source = @source AND r.extension = @extension AND r.state IN ('asked', 'ringing_operator', 'ringing_customer');

-- name: GetDial :one
SELECT r.* FROM dial_rows r WHERE r.id = @id;

-- name: SeeDial :one
SELECT r.* FROM dial_rows r WHERE r.id = @id AND (CAST(@sees_all AS BOOLEAN) OR r.user_id = CAST(@viewer AS TEXT));

-- name: ListDialsOf :many
SELECT r.* FROM dial_rows r WHERE r.user_id = @user_id ORDER BY r.asked DESC, r.id DESC LIMIT @most;

-- name: ListOpenDials :many
SELECT r.* FROM dial_rows r WHERE r.source = @source AND r.state NOT IN ('ended', 'failed') ORDER BY r.asked, r.id;

-- Refused (no row) when another writer moved the dial since it was read.
-- name: MoveDial :execrows
UPDATE dials SET state = @state, reason = @reason, updated = @updated WHERE id = @id AND state = @was;

-- name: CancelDial :execrows
UPDATE dials SET cancelled = TRUE, updated = @updated WHERE id = @id AND state = @was;
