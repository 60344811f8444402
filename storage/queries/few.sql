-- How much begins at a user, 1000 of each kind at the most: a few steps in an
-- index each.
-- name: CountOfViewer :one
SELECT CAST((SELECT COUNT(*) FROM (SELECT 1 FROM legs g WHERE g.user_id = CAST(@viewer AS TEXT) LIMIT 1000) AS a)
    + (SELECT COUNT(*) FROM (SELECT 1 FROM calls c WHERE c.operator_id = CAST(@viewer AS TEXT) LIMIT 1000) AS b)
    + (SELECT COUNT(*) FROM (SELECT 1 FROM leads l WHERE l.manager_id = CAST(@viewer AS TEXT) LIMIT 1000) AS c)
    + (SELECT COUNT(*) FROM (SELECT 1 FROM contacts t WHERE t.owner_id = CAST(@viewer AS TEXT) LIMIT 1000) AS d)
    + (SELECT COUNT(*) FROM (SELECT 1 FROM leads l WHERE l.manager_id IS NULL AND CAST(@manager AS BOOLEAN) LIMIT 1000) AS e) AS BIGINT) AS count;

