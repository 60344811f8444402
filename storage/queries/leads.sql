-- name: GetLead :one
SELECT * FROM lead_rows WHERE id = $1;

-- name: SeeLead :one
SELECT r.* FROM lead_rows r
WHERE r.id = @id
  AND (CAST(@sees_all AS BOOLEAN) OR EXISTS (SELECT 1 FROM lead_viewers v WHERE v.lead_id = r.id AND v.user_id = CAST(@viewer AS TEXT)));

-- The users who see a lead, besides supervisors and admins.
-- name: LeadViewers :many
SELECT DISTINCT CAST(v.user_id AS TEXT) AS user_id FROM lead_viewers v WHERE v.lead_id = $1;

-- Changes no row when the lead changed since it was read.
-- name: ChangeLead :execrows
UPDATE leads SET pipeline_id = @pipeline_id, stage_id = @stage_id, staged = @staged, status = @status, refusal = @refusal, refusal_id = @refusal_id, closed = @closed,
    amount = @amount, currency = @currency, probability = @probability, expected = @expected, product = @product
WHERE id = @id AND status = @old_status AND stage_id = @old_stage_id AND COALESCE(manager_id, '') = CAST(@old_manager_id AS TEXT)
    AND amount = @old_amount AND currency = @old_currency AND probability = @old_probability AND expected = @old_expected AND product = @old_product;

-- name: UnassignedLeads :many
SELECT r.* FROM leads l JOIN lead_rows r ON r.id = l.id
WHERE l.manager_id IS NULL AND l.closed = 0 AND (l.opened, l.id) > (CAST(@after_opened AS BIGINT), CAST(@after_id AS TEXT))
ORDER BY l.opened, l.id
LIMIT @most;

-- name: ReassignLead :execrows
UPDATE leads SET manager_id = @manager_id, reason = @reason, assigned = @assigned
WHERE id = @id AND COALESCE(manager_id, '') = CAST(@old_manager_id AS TEXT) AND status = @old_status AND closed = 0;

-- name: NoteUnassigned :execrows
UPDATE leads SET reason = @reason WHERE id = @id AND manager_id IS NULL AND closed = 0 AND reason <> @reason;

-- name: OpenLeadOf :one
SELECT r.* FROM leads l JOIN lead_rows r ON r.id = l.id
WHERE l.contact_id = @contact_id AND l.closed = 0 AND (CAST(@pipeline_id AS TEXT) = '' OR l.pipeline_id = @pipeline_id)
ORDER BY l.opened DESC, l.id DESC
LIMIT 1;

-- name: HasLeads :one
SELECT EXISTS (SELECT 1 FROM leads WHERE contact_id = $1) AS has_leads;
