-- name: GetLease :one
SELECT * FROM leases WHERE source = $1;

-- name: FirstLease :execrows
INSERT INTO leases (source, hub, epoch, beat) VALUES (@source, @hub, 1, 0)
ON CONFLICT DO NOTHING;

-- Changes no row when the lease changed since it was read.
-- name: TakeLease :execrows
UPDATE leases SET hub = @hub, epoch = epoch + 1, beat = 0
WHERE source = @source AND epoch = @seen_epoch AND beat = @seen_beat AND hub = @seen_hub;

-- name: RenewLease :execrows
UPDATE leases SET beat = beat + 1 WHERE source = @source AND epoch = @epoch AND hub <> '';

-- name: ReleaseLease :exec
UPDATE leases SET hub = '' WHERE source = @source AND epoch = @epoch;
