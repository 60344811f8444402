-- name: GetLead :one
SELECT * FROM lead_rows WHERE id = $1;

-- As GetLead; the brackets are repeated for several.
-- name: GetLeads :many
SELECT * FROM lead_rows WHERE (id = @id);

-- name: SeeLead :one
SELECT r.* FROM lead_rows r
WHERE r.id = @id
  AND (CAST(@sees_all AS BOOLEAN) OR EXISTS (SELECT 1 FROM lead_viewers v WHERE v.lead_id = r.id AND v.user_id = CAST(@viewer AS TEXT)));

-- Beside supervisors and admins.
-- name: LeadViewers :many
SELECT DISTINCT CAST(v.user_id AS TEXT) AS user_id FROM lead_viewers v WHERE v.lead_id = $1;

-- As LeadViewers; the brackets are repeated for several.
-- name: ViewersOfLeads :many
SELECT DISTINCT v.lead_id, CAST(v.user_id AS TEXT) AS user_id FROM lead_viewers v WHERE (v.lead_id = @lead_id);

-- name: InsertLead :execrows
INSERT INTO leads (id, contact_id, status, source, channel, subject, team, manager_id, reason, repeated, refusal, utm, opened, assigned, closed)
VALUES (@id, @contact_id, 'new', @source, @channel, @subject, @team, NULL, '', @repeated, '', @utm, @opened, 0, 0)
ON CONFLICT DO NOTHING;

-- Refused (no row) when the lead changed since it was read.
-- name: SetLeadStatus :execrows
UPDATE leads SET status = @status, refusal = @refusal, closed = @closed
WHERE id = @id AND status = @old_status AND COALESCE(manager_id, '') = CAST(@old_manager_id AS TEXT);

-- name: UnassignedLeads :many
SELECT r.* FROM leads l JOIN lead_rows r ON r.id = l.id
WHERE l.manager_id IS NULL AND l.closed = 0 AND (l.opened, l.id) > (CAST(@after_opened AS BIGINT), CAST(@after_id AS TEXT))
ORDER BY l.opened, l.id
LIMIT @most;

-- For several rows in one statement. The conditions are written so that only the
-- key is of use to PostgreSQL's planner: the index of leads without a manager is
-- full of those that had none a moment ago.
-- name: AssignLeads :execrows
WITH v (id, manager_id, reason, assigned) AS (VALUES (CAST(@id AS TEXT), CAST(@manager_id AS TEXT), CAST(@reason AS TEXT), CAST(@assigned AS BIGINT)))
UPDATE leads SET manager_id = v.manager_id, reason = v.reason, assigned = v.assigned
FROM v WHERE leads.id = v.id AND COALESCE(leads.manager_id, '') = '' AND leads.closed + 0 = 0;

-- name: ReassignLead :execrows
UPDATE leads SET manager_id = @manager_id, reason = @reason, assigned = @assigned
WHERE id = @id AND COALESCE(manager_id, '') = CAST(@old_manager_id AS TEXT) AND status = @old_status AND closed = 0;

-- name: NoteUnassigned :execrows
UPDATE leads SET reason = @reason WHERE id = @id AND manager_id IS NULL AND closed = 0 AND reason <> @reason;

-- name: InsertAssignment :exec
INSERT INTO assignments (id, lead_id, manager_id, reason, at) VALUES (@id, @lead_id, @manager_id, @reason, @at);
