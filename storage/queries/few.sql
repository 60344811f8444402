-- How much begins at a user, 1000 of each kind at the most: a few steps in an
-- index each.
-- name: CountOfViewer :one
SELECT CAST((SELECT COUNT(*) FROM (SELECT 1 FROM legs g WHERE g.user_id = CAST(@viewer AS TEXT) LIMIT 1000) AS a)
    + (SELECT COUNT(*) FROM (SELECT 1 FROM calls c WHERE c.operator_id = CAST(@viewer AS TEXT) LIMIT 1000) AS b)
    + (SELECT COUNT(*) FROM (SELECT 1 FROM leads l WHERE l.manager_id = CAST(@viewer AS TEXT) LIMIT 1000) AS c)
    + (SELECT COUNT(*) FROM (SELECT 1 FROM contacts t WHERE t.owner_id = CAST(@viewer AS TEXT) LIMIT 1000) AS d)
    + (SELECT COUNT(*) FROM (SELECT 1 FROM leads l WHERE l.manager_id IS NULL AND CAST(@manager AS BOOLEAN) LIMIT 1000) AS e) AS BIGINT) AS count;

-- As ListLeads, beginning at the viewer.
-- name: ListLeadsOfViewer :many
SELECT r.* FROM (SELECT DISTINCT u.lead_id FROM user_leads u WHERE u.user_id = CAST(@viewer AS TEXT)) AS mine CROSS JOIN lead_rows r
WHERE r.id = mine.lead_id
  AND (r.opened, r.id) < (CAST(@before_at AS BIGINT), CAST(@before_id AS TEXT))
  AND (CAST(@query AS TEXT) = '' OR r.search LIKE @query ESCAPE '\')
  AND (CAST(@status AS TEXT) = '' OR r.status = @status)
  AND (CAST(@only_open AS BOOLEAN) = FALSE OR r.closed = 0)
  AND (CAST(@only_closed AS BOOLEAN) = FALSE OR r.closed <> 0)
  AND (CAST(@manager_id AS TEXT) = '' OR r.manager_id = @manager_id)
  AND (CAST(@unassigned AS BOOLEAN) = FALSE OR r.manager_id = '')
  AND (CAST(@source AS TEXT) = '' OR r.source = @source)
  AND EXISTS (SELECT 1 FROM lead_viewers v WHERE v.lead_id = r.id AND v.user_id = CAST(@viewer AS TEXT))
ORDER BY r.opened DESC, r.id DESC
LIMIT @most;

-- As ListContacts, beginning at the viewer.
-- name: ListContactsOfViewer :many
SELECT r.* FROM (SELECT DISTINCT u.contact_id FROM user_contacts u WHERE u.user_id = CAST(@viewer AS TEXT)) AS mine CROSS JOIN contact_rows r
WHERE r.id = mine.contact_id
  AND (r.created, r.id) < (CAST(@before_at AS BIGINT), CAST(@before_id AS TEXT))
  AND (CAST(@query AS TEXT) = '' OR r.search LIKE @query ESCAPE '\')
  AND (CAST(@owner_id AS TEXT) = '' OR r.owner_id = @owner_id)
  AND EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = r.id AND v.user_id = CAST(@viewer AS TEXT))
ORDER BY r.created DESC, r.id DESC
LIMIT @most;

-- As ListCalls, beginning at the viewer.
-- name: ListCallsOfViewer :many
SELECT r.* FROM (SELECT DISTINCT u.call_id FROM user_calls u WHERE u.user_id = CAST(@viewer AS TEXT)) AS mine CROSS JOIN interaction_rows r
WHERE r.id = mine.call_id AND r.channel = 'call'
  AND (r.at, r.id) < (CAST(@before_at AS BIGINT), CAST(@before_id AS TEXT))
  AND r.at >= CAST(@since AS BIGINT) AND r.at < CAST(@until AS BIGINT)
  AND (CAST(@query AS TEXT) = '' OR r.from_number LIKE @query ESCAPE '\' OR r.to_number LIKE @query ESCAPE '\' OR r.search LIKE @query ESCAPE '\')
  AND (CAST(@direction AS TEXT) = '' OR r.direction = @direction)
  AND (CAST(@disposition AS TEXT) = '' OR r.disposition = @disposition)
  AND (CAST(@state AS TEXT) = '' OR r.state = @state)
  AND (CAST(@operator_id AS TEXT) = '' OR r.operator_id = @operator_id)
  AND (CAST(@queue AS TEXT) = '' OR r.queue = @queue)
  AND (CAST(@source AS TEXT) = '' OR r.source = @source)
  AND EXISTS (SELECT 1 FROM call_viewers v WHERE v.call_id = r.id AND v.user_id = CAST(@viewer AS TEXT))
ORDER BY r.at DESC, r.id DESC
LIMIT @most;

-- As ListInteractions, beginning at the viewer.
-- name: ListInteractionsOfViewer :many
SELECT r.* FROM (
    SELECT i.id FROM (SELECT DISTINCT u.contact_id FROM user_contacts u WHERE u.user_id = CAST(@viewer AS TEXT)) AS c
    CROSS JOIN interactions i WHERE i.contact_id = c.contact_id
    UNION SELECT u.call_id FROM user_calls u WHERE u.user_id = CAST(@viewer AS TEXT)) AS mine CROSS JOIN interaction_rows r
WHERE r.id = mine.id
  AND (r.at, r.id) < (CAST(@before_at AS BIGINT), CAST(@before_id AS TEXT))
  AND r.at >= CAST(@since AS BIGINT) AND r.at < CAST(@until AS BIGINT)
  AND (CAST(@source AS TEXT) = '' OR r.source = @source)
  AND (CAST(@channel AS TEXT) = '' OR r.channel = @channel)
  AND (CAST(@external_id AS TEXT) = '' OR r.external_id = @external_id)
  AND (EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = r.contact_id AND v.user_id = CAST(@viewer AS TEXT))
    OR EXISTS (SELECT 1 FROM call_viewers v WHERE v.call_id = r.id AND v.user_id = CAST(@viewer AS TEXT)))
ORDER BY r.at DESC, r.id DESC
LIMIT @most;
