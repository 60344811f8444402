-- Whether a viewer who does not see all sees a record: as the queries See… do, without reading it.
-- name: SeesCall :one
SELECT EXISTS (SELECT 1 FROM call_viewers v WHERE v.call_id = CAST(@id AS TEXT) AND v.user_id = CAST(@viewer AS TEXT)) AS sees;

-- name: SeesLead :one
SELECT EXISTS (SELECT 1 FROM lead_viewers v WHERE v.lead_id = CAST(@id AS TEXT) AND v.user_id = CAST(@viewer AS TEXT)) AS sees;

-- name: SeesContact :one
SELECT EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = CAST(@id AS TEXT) AND v.user_id = CAST(@viewer AS TEXT)) AS sees;

-- name: SeesTask :one
SELECT EXISTS (SELECT 1 FROM task_viewers v WHERE v.task_id = CAST(@id AS TEXT) AND v.user_id = CAST(@viewer AS TEXT)) AS sees;
