-- name: InteractionByKey :one
SELECT * FROM interaction_rows WHERE source = @source AND external_id = @external_id;

-- name: DigestByKey :one
SELECT digest FROM interactions WHERE source = @source AND external_id = @external_id;

-- name: SeeInteraction :one
SELECT r.* FROM interaction_rows r
WHERE r.id = @id
  AND (CAST(@sees_all AS BOOLEAN)
    OR EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = r.contact_id AND v.user_id = CAST(@viewer AS TEXT))
    OR EXISTS (SELECT 1 FROM call_viewers v WHERE v.call_id = r.id AND v.user_id = CAST(@viewer AS TEXT)));

-- The one query of this list; see start for where it begins.
-- name: ListInteractions :many
SELECT r.* FROM interaction_rows r
WHERE (CAST(@contact_id AS TEXT) = '' OR r.contact_id = @contact_id)
  AND (CAST(@lead_id AS TEXT) = '' OR r.lead_id = @lead_id)
  AND (r.at, r.id) < (CAST(@before_at AS BIGINT), CAST(@before_id AS TEXT))
  AND r.at >= CAST(@since AS BIGINT) AND r.at < CAST(@until AS BIGINT)
  AND (CAST(@source AS TEXT) = '' OR r.source = @source)
  AND (CAST(@channel AS TEXT) = '' OR r.channel = @channel)
  AND r.part_of = ''
  AND (CAST(@external_id AS TEXT) = '' OR r.external_id = @external_id)
  AND (CAST(@sees_all AS BOOLEAN)
    OR EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = r.contact_id AND v.user_id = CAST(@viewer AS TEXT))
    OR EXISTS (SELECT 1 FROM call_viewers v WHERE v.call_id = r.id AND v.user_id = CAST(@viewer AS TEXT)))
ORDER BY r.at DESC, r.id DESC
LIMIT @most;

-- A source's newest interaction, and how many it has, counted up to most.
-- name: SourceStat :one
SELECT CAST((SELECT COUNT(*) FROM (SELECT i.id FROM interactions i WHERE i.source = CAST(@source AS TEXT) LIMIT @most) AS few) AS BIGINT) AS count,
    CAST(COALESCE((SELECT i.at FROM interactions i WHERE i.source = CAST(@source AS TEXT) ORDER BY i.at DESC, i.id DESC LIMIT 1), 0) AS BIGINT) AS last;
