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

-- Changes no row when another writer changed the dial since it was read.
-- name: MoveDial :execrows
UPDATE dials SET state = @state, reason = @reason, updated = @updated WHERE id = @id AND state = @was;

-- name: CancelDial :execrows
UPDATE dials SET cancelled = TRUE, updated = @updated WHERE id = @id AND state = @was;

-- Changes no row when the day's limit is reached.
-- name: CountDial :execrows
INSERT INTO dial_counts (day, counted, dials) VALUES (@day, @counted, 1)
ON CONFLICT (day, counted) DO UPDATE SET dials = dial_counts.dials + 1 WHERE dial_counts.dials < CAST(@most AS BIGINT);

-- name: DropDialCounts :exec
DELETE FROM dial_counts WHERE day < @day;

-- name: IsColleague :one
SELECT EXISTS (SELECT 1 FROM user_extensions e JOIN users u ON u.id = e.user_id
    WHERE u.disabled = FALSE AND e.number = CAST(@number AS TEXT) AND e.source IN ('', CAST(@source AS TEXT)));
