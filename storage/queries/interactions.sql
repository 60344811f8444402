-- name: SeeInteraction :one
SELECT r.* FROM interaction_rows r
WHERE r.id = @id
  AND (CAST(@sees_all AS BOOLEAN)
    OR EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = r.contact_id AND v.user_id = CAST(@viewer AS TEXT))
    OR EXISTS (SELECT 1 FROM call_viewers v WHERE v.call_id = r.id AND v.user_id = CAST(@viewer AS TEXT)));


-- The number of a source's interactions, counted up to most, and the time of the newest.
-- name: SourceStat :one
SELECT CAST((SELECT COUNT(*) FROM (SELECT i.id FROM interactions i WHERE i.source = CAST(@source AS TEXT) LIMIT @most) AS few) AS BIGINT) AS count,
    CAST(COALESCE((SELECT i.at FROM interactions i WHERE i.source = CAST(@source AS TEXT) ORDER BY i.at DESC, i.id DESC LIMIT 1), 0) AS BIGINT) AS last;
