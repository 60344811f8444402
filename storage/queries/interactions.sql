-- name: InteractionByKey :one
SELECT * FROM interaction_rows WHERE source = @source AND external_id = @external_id;

-- name: DigestByKey :one
SELECT digest FROM interactions WHERE source = @source AND external_id = @external_id;

-- Which keys are stored; the pair in brackets is repeated for more of them.
-- name: StoredKeys :many
SELECT i.source, i.external_id FROM interactions i WHERE (i.source = @source AND i.external_id = @external_id);

-- name: SeeInteraction :one
SELECT r.* FROM interaction_rows r
WHERE r.id = @id
  AND (CAST(@sees_all AS BOOLEAN)
    OR EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = r.contact_id AND v.user_id = CAST(@viewer AS TEXT))
    OR EXISTS (SELECT 1 FROM call_viewers v WHERE v.call_id = r.id AND v.user_id = CAST(@viewer AS TEXT)));

-- name: InsertInteraction :execrows
INSERT INTO interactions (id, source, external_id, channel, direction, at, contact_id, lead_id, name, addressee, subject, body, html, attachments, utm, raw, stored, whole, edited, automatic, message_id, refs, digest)
VALUES (@id, @source, @external_id, @channel, @direction, @at, @contact_id, @lead_id, @name, @addressee, @subject, @body, @html, @attachments, @utm, @raw, @stored, @whole, @edited, @automatic, @message_id, @refs, @digest)
ON CONFLICT DO NOTHING;

-- Of a call about which the exchange's journal knows better.
-- name: CorrectInteraction :execrows
UPDATE interactions SET direction = @direction, contact_id = @contact_id, lead_id = @lead_id, name = @name, addressee = @addressee, subject = @subject, utm = @utm
WHERE id = @id;

-- A source's newest interaction, and how many it has, counted up to most.
-- name: SourceStat :one
SELECT CAST((SELECT COUNT(*) FROM (SELECT i.id FROM interactions i WHERE i.source = CAST(@source AS TEXT) LIMIT @most) AS few) AS BIGINT) AS count,
    CAST(COALESCE((SELECT i.at FROM interactions i WHERE i.source = CAST(@source AS TEXT) ORDER BY i.at DESC, i.id DESC LIMIT 1), 0) AS BIGINT) AS last;
