-- name: ListPipelines :many
SELECT * FROM pipelines ORDER BY position, id;

-- name: ListStages :many
SELECT * FROM stages ORDER BY pipeline_id, position, id;

-- name: InsertPipeline :exec
INSERT INTO pipelines (id, name_en, name_ru, position, currency, first_stage, takes_new, takes_repeat, retired, version)
VALUES (@id, @name_en, @name_ru, @position, @currency, @first_stage, @takes_new, @takes_repeat, FALSE, 1);

-- Changes no row when the pipeline changed since it was read.
-- name: UpdatePipeline :execrows
UPDATE pipelines SET name_en = @name_en, name_ru = @name_ru, position = @position, currency = @currency, first_stage = @first_stage,
    takes_new = @takes_new, takes_repeat = @takes_repeat, retired = @retired, version = version + 1
WHERE id = @id AND version = @version;

-- The others give up what a pipeline takes.
-- name: LeaveNewTo :exec
UPDATE pipelines SET takes_new = FALSE, version = version + 1 WHERE takes_new AND id <> @id;

-- name: LeaveRepeatTo :exec
UPDATE pipelines SET takes_repeat = FALSE, version = version + 1 WHERE takes_repeat AND id <> @id;

-- name: PutStage :exec
INSERT INTO stages (id, pipeline_id, name_en, name_ru, kind, position, probability, required, retired)
VALUES (@id, @pipeline_id, @name_en, @name_ru, @kind, @position, @probability, @required, @retired)
ON CONFLICT (id) DO UPDATE SET name_en = excluded.name_en, name_ru = excluded.name_ru, position = excluded.position,
    probability = excluded.probability, required = excluded.required, retired = excluded.retired;

-- The open leads of a stage, the longest there first.
-- name: OpenLeadsIn :many
SELECT l.id, l.contact_id, l.status, l.staged, COALESCE(l.manager_id, '') AS manager_id FROM leads l WHERE l.stage_id = $1 AND l.closed = 0 ORDER BY l.opened, l.id;

-- Contacts with an open lead in a stage and another in a pipeline, which can hold one of them.
-- name: CountInTheWay :one
SELECT COUNT(*) FROM leads l WHERE l.stage_id = @stage_id AND l.closed = 0
    AND EXISTS (SELECT 1 FROM leads o WHERE o.contact_id = l.contact_id AND o.pipeline_id = CAST(@pipeline_id AS TEXT) AND o.closed = 0);

-- name: MoveStage :exec
UPDATE leads SET pipeline_id = @pipeline_id, stage_id = @stage_id, status = @status, staged = @staged WHERE stage_id = @old_stage_id AND closed = 0;

-- What the order of the stages says of the leads that stand in one of them.
-- name: SetStatusIn :exec
UPDATE leads SET status = @status WHERE stage_id = @stage_id AND closed = 0 AND status <> @status;

-- name: LeadStays :many
SELECT s.stage_id, s.entered, s.left_at, s.user_id, COALESCE(u.name, '') AS user_name
FROM lead_stages s LEFT JOIN users u ON u.id = s.user_id
WHERE s.lead_id = @lead_id
ORDER BY s.id DESC
LIMIT @most;

-- What a person wrote of the interactions of a lead: whether one has a nature.
-- name: HasNature :one
SELECT EXISTS (SELECT 1 FROM interactions i JOIN facts f ON f.interaction_id = i.id WHERE i.lead_id = $1 AND f.nature_id IS NOT NULL) AS has_nature;

-- name: ActiveUsers :many
SELECT id FROM users WHERE NOT disabled ORDER BY id;
