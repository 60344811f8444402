-- name: CountOfContact :one
SELECT (SELECT COUNT(*) FROM leads l WHERE l.contact_id = CAST(@contact_id AS TEXT)) AS leads,
    (SELECT COUNT(*) FROM interactions i WHERE i.contact_id = CAST(@contact_id AS TEXT)) AS interactions,
    (SELECT COUNT(*) FROM tasks t WHERE t.contact_id = CAST(@contact_id AS TEXT)) AS tasks,
    (SELECT COUNT(*) FROM interactions f WHERE f.contact_id = CAST(@contact_id AS TEXT) AND f.attachments <> '') AS files;

-- name: GetMerge :one
SELECT m.id, m.contact_id, m.user_id, COALESCE(u.name, '') AS user_name, m.at, m.undone, m.undone_by, COALESCE(d.name, '') AS undone_name
FROM merges m LEFT JOIN users u ON u.id = m.user_id LEFT JOIN users d ON d.id = m.undone_by
WHERE m.id = @id;

-- name: MergesOfContact :many
SELECT m.id FROM merges m WHERE m.contact_id = @contact_id ORDER BY m.at DESC, m.id DESC LIMIT @most;

-- name: RemovedByMerge :many
SELECT r.id FROM merge_rows r WHERE r.merge_id = @merge_id AND r.kind = 'contact' ORDER BY r.id;

-- The merge that removed a contact and stands.
-- name: MergeThatRemoved :one
SELECT m.id FROM merge_rows r JOIN merges m ON m.id = r.merge_id
WHERE r.id = @contact_id AND r.kind IN ('contact', 'lead') AND r.kind = 'contact' AND m.undone = 0;

-- What a record is now that a merge joined with another one.
-- name: JoinedWith :one
SELECT CAST(CASE WHEN r.kind = 'contact' THEN m.contact_id ELSE r.lead_id END AS TEXT) AS id FROM merge_rows r JOIN merges m ON m.id = r.merge_id
WHERE r.id = @id AND r.kind IN ('contact', 'lead') AND r.kind = @kind AND r.lead_id <> r.id AND m.undone = 0;

-- The newest merge that stands and came after another one, of the same contact.
-- name: LaterMerge :one
SELECT m.id FROM merges m WHERE m.contact_id = @contact_id AND m.undone = 0 AND m.id > @id ORDER BY m.id DESC LIMIT 1;

-- Changes no row when it was undone before.
-- name: EndMerge :execrows
UPDATE merges SET undone = @undone, undone_by = @undone_by WHERE id = @id AND undone = 0;

-- An interaction whose lead is another contact's, with the lead.
-- name: MisplacedInteraction :one
SELECT i.contact_id, i.source, i.channel, i.subject, i.utm, i.at, i.direction, i.automatic, l.team, COALESCE(l.manager_id, '') AS manager_id, l.reason,
    CAST(CASE WHEN l.closed = 0 THEN 1 ELSE 0 END AS BIGINT) AS waits
FROM interactions i JOIN leads l ON l.id = i.lead_id
WHERE i.id = @id AND l.contact_id <> i.contact_id;

-- What happened to a contact that is not among the records of a merge, or was answered since:
-- calls with their call-back if they were missed, and by what the contact was reached.
-- name: HappenedSince :many
SELECT i.id, i.at, i.direction, COALESCE(i.lead_id, '') AS lead_id, COALESCE(l.team, '') AS team, COALESCE(c.started, 0) AS started,
    COALESCE(c.answered, 0) AS answered, COALESCE(c.ended, 0) AS ended, COALESCE(k.task_id, '') AS task_id,
    CAST(CASE WHEN c.id IS NULL THEN i.channel <> 'note' AND (i.direction = 'in' AND i.automatic = '' OR i.channel IN ('call_by_hand', 'meeting', 'visit'))
        ELSE c.answered > 0 AND c.direction IN ('in', 'out') END AS INTEGER) AS reaches
FROM interactions i LEFT JOIN calls c ON c.id = i.id LEFT JOIN task_calls k ON k.call_id = i.id LEFT JOIN leads l ON l.id = i.lead_id
WHERE i.contact_id = @contact_id AND NOT EXISTS (SELECT 1 FROM merge_rows r WHERE r.merge_id = @merge_id AND r.kind = 'interaction' AND r.id = i.id
    AND (r.position > 0 OR COALESCE(c.answered, 0) = 0))
  AND NOT EXISTS (SELECT 1 FROM merge_rows q WHERE q.merge_id = @merge_id AND q.kind = 'missed' AND q.id = i.id)
ORDER BY i.at, i.id;
