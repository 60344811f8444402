-- A stored gap with the same beginning gets the new end, and stays filled if it was.
-- name: PutGap :exec
INSERT INTO gaps (source, began, ended, cause) VALUES (@source, @began, @ended, @cause)
ON CONFLICT (source, began) DO UPDATE SET ended = EXCLUDED.ended;

-- Gaps of the journal itself stay open.
-- name: FillGaps :exec
UPDATE gaps SET filled = @filled WHERE source = @source AND ended <= @until AND filled = 0 AND cause <> 'journal';

-- name: ListGaps :many
SELECT g.source, g.began, g.ended, g.cause, g.filled,
    CAST((SELECT COUNT(*) FROM calls c JOIN interactions i ON i.id = c.id
        WHERE i.source = g.source AND c.journal AND c.part_of = '' AND c.started <= g.ended AND c.started > g.began - 86400000000 AND c.ended >= g.began) AS BIGINT) AS calls
FROM gaps g
WHERE CAST(@source AS TEXT) = '' OR g.source = @source
ORDER BY g.began DESC, g.source
LIMIT @most;

-- name: AskReconciliation :exec
INSERT INTO reconciliations (source, day, asked) VALUES (@source, @day, @asked)
ON CONFLICT (source, day) DO UPDATE SET asked = EXCLUDED.asked;

-- name: AskedReconciliations :many
SELECT day FROM reconciliations WHERE source = @source AND asked <> 0 ORDER BY day DESC LIMIT 50;

-- name: GetReconciliation :one
SELECT * FROM reconciliations WHERE source = @source AND day = @day;

-- name: ListReconciliations :many
SELECT * FROM reconciliations
WHERE (CAST(@source AS TEXT) = '' OR source = @source) AND (CAST(@day AS TEXT) = '' OR day = @day)
ORDER BY day DESC, source
LIMIT @most;

-- A request that came after the comparison began stays open.
-- name: PutReconciliation :exec
INSERT INTO reconciliations (source, day, at, calls, missing, differing, unknown, repaired, error, differences)
VALUES (@source, @day, @at, @calls, @missing, @differing, @unknown, @repaired, @error, @differences)
ON CONFLICT (source, day) DO UPDATE SET at = EXCLUDED.at, calls = EXCLUDED.calls, missing = EXCLUDED.missing, differing = EXCLUDED.differing,
    unknown = EXCLUDED.unknown, repaired = EXCLUDED.repaired, error = EXCLUDED.error, differences = EXCLUDED.differences,
    asked = CASE WHEN reconciliations.asked > @began THEN reconciliations.asked ELSE 0 END;
