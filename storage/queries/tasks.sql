-- name: GetWish :one
SELECT w.interaction_id, w.number, w.claimed, w.dialled FROM wishes w JOIN interactions i ON i.id = w.interaction_id
WHERE i.source = @source AND i.external_id = @external_id;

-- name: ClaimWish :execrows
UPDATE wishes SET claimed = @claimed WHERE interaction_id = @interaction_id AND claimed = 0;

-- name: WishDialled :exec
UPDATE wishes SET dialled = TRUE WHERE interaction_id = @interaction_id;

-- name: GiveTask :execrows
UPDATE tasks SET owner_id = @owner_id, version = version + 1
WHERE id = @id AND version = @version AND state = 'open';

-- name: EscalateTask :execrows
UPDATE tasks SET escalated = @escalated, version = version + 1
WHERE id = @id AND version = @version AND state = 'open' AND escalated = 0;

-- name: LateTasks :many
SELECT id, due FROM tasks
WHERE state = 'open' AND escalated = 0 AND due < @now AND (due, id) > (CAST(@after_due AS BIGINT), CAST(@after_id AS TEXT))
ORDER BY due, id
LIMIT @most;

-- The tasks whose owner is told of them by a moment: of a reminder, or of the end of a snooze.
-- name: WakingTasks :many
SELECT id, wakes FROM tasks
WHERE state = 'open' AND wakes <> 0 AND wakes <= @now AND (wakes, id) > (CAST(@after_wakes AS BIGINT), CAST(@after_id AS TEXT))
ORDER BY wakes, id
LIMIT @most;

-- name: WakeTask :execrows
UPDATE tasks SET wakes = @wakes, version = version + 1
WHERE id = @id AND version = @version AND state = 'open';

-- name: InsertTask :execrows
INSERT INTO tasks (id, kind, state, contact_id, lead_id, call_id, team, owner_id, calls, attempts, missed, due, escalated, created, done, done_by, outcome, comment,
    version, wished, number, note, title, interaction_id, created_by, asked_as, priority, repeats, follows, remind, snoozed, wakes)
VALUES (@id, @kind, 'open', @contact_id, @lead_id, NULL, @team, @owner_id, 0, 0, 0, @due, 0, @created, 0, NULL, '', '',
    1, 0, '', '', @title, @interaction_id, @created_by, @asked_as, @priority, @repeats, @follows, @remind, 0, @wakes);

-- name: SaveTask :execrows
UPDATE tasks SET title = @title, due = @due, remind = @remind, snoozed = @snoozed, wakes = @wakes, priority = @priority, repeats = @repeats,
    owner_id = @owner_id, team = @team, escalated = @escalated, version = version + 1
WHERE id = @id AND version = @version AND state = 'open';

-- The user who took the task or was given it.
-- name: TaskOwner :one
SELECT COALESCE(t.owner_id, '') AS owner_id FROM tasks t WHERE t.id = $1;

-- name: TaskAskedAs :one
SELECT * FROM task_rows r WHERE r.created_by = @user_id AND r.asked_as = @asked_as;

-- name: GetTask :one
SELECT * FROM task_rows WHERE id = $1;

-- name: SeeTask :one
SELECT r.* FROM task_rows r
WHERE r.id = @id
  AND (CAST(@sees_all AS BOOLEAN) OR EXISTS (SELECT 1 FROM task_viewers v WHERE v.task_id = r.id AND v.user_id = CAST(@viewer AS TEXT)));

-- name: TaskViewers :many
SELECT DISTINCT CAST(v.user_id AS TEXT) AS user_id FROM task_viewers v WHERE v.task_id = $1;

-- name: CountTasks :one
SELECT CAST(COUNT(*) AS BIGINT) AS open, CAST(COUNT(CASE WHEN due < @now THEN 1 END) AS BIGINT) AS late,
    CAST(COUNT(CASE WHEN kind = 'callback' THEN 1 END) AS BIGINT) AS callbacks FROM tasks WHERE state = 'open';

-- name: CountTasksOf :one
SELECT CAST(COUNT(*) AS BIGINT) AS open, CAST(COUNT(CASE WHEN due < @now THEN 1 END) AS BIGINT) AS late
FROM tasks WHERE state = 'open' AND holder_id = CAST(@owner_id AS TEXT);

-- Finds anew who has the tasks of a user who was disabled or enabled.
-- name: HoldTasksOf :exec
UPDATE tasks SET holder_id = (SELECT u.id FROM users u WHERE u.disabled = FALSE AND u.id = COALESCE(tasks.owner_id, CASE WHEN tasks.kind = 'callback' THEN COALESCE(
    (SELECT l.manager_id FROM leads l WHERE l.id = tasks.lead_id), (SELECT c.owner_id FROM contacts c WHERE c.id = tasks.contact_id)) END))
WHERE tasks.owner_id = CAST(@user_id AS TEXT) OR tasks.lead_id IN (SELECT l.id FROM leads l WHERE l.manager_id = CAST(@user_id AS TEXT))
   OR tasks.contact_id IN (SELECT c.id FROM contacts c WHERE c.owner_id = CAST(@user_id AS TEXT));


-- name: CallsNotAnswered :many
SELECT i.id, i.at, c.did, c.queue, c.ended, CAST(COALESCE(i.contact_id, '') AS TEXT) AS contact_id, COALESCE(l.team, '') AS team,
    COALESCE(t.state, '') AS state, COALESCE(t.outcome, '') AS outcome, COALESCE(t.due, 0) AS due, COALESCE(t.done, 0) AS done
FROM interactions i JOIN calls c ON c.id = i.id JOIN calls_not_answered n ON n.id = c.id
LEFT JOIN leads l ON l.id = i.lead_id
LEFT JOIN task_calls k ON k.call_id = i.id
LEFT JOIN tasks t ON t.id = k.task_id
WHERE i.channel = 'call'
  AND i.at >= CAST(@since AS BIGINT) AND i.at < CAST(@until AS BIGINT)
  AND (i.at, i.id) > (CAST(@after_at AS BIGINT), CAST(@after_id AS TEXT))
ORDER BY i.at, i.id
LIMIT @most;
