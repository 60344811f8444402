-- What an interaction of one's own to see holds beside its row.
-- name: MessageOf :one
SELECT whole, html, refs FROM interactions WHERE id = $1;

-- name: EarlierTexts :many
SELECT * FROM earlier_texts WHERE interaction_id = $1 ORDER BY written DESC;

-- What waits for a decision and the contact has not got otherwise, the newest first.
-- name: OfferedTo :many
SELECT o.*, i.channel FROM offered_identities o JOIN interactions i ON i.id = o.interaction_id
WHERE o.contact_id = @contact_id AND o.state = 'offered'
  AND NOT EXISTS (SELECT 1 FROM identities d WHERE d.kind = o.kind AND d.value = o.value AND d.contact_id = o.contact_id)
ORDER BY o.at DESC, o.id DESC
LIMIT @most;

-- What of a contact's cannot be read and waits to be corrected, the oldest first.
-- name: UnreadOf :many
SELECT value FROM offered_identities WHERE contact_id = @contact_id AND state = 'offered' AND unread ORDER BY at, id LIMIT @most;

-- name: GetOffered :one
SELECT * FROM offered_identities WHERE id = @id AND contact_id = @contact_id;

-- Refused (no row) when it was decided already.
-- name: DecideOffered :execrows
UPDATE offered_identities SET state = @state, decided = @decided, decided_by = @decided_by WHERE id = @id AND state = 'offered';

-- name: IdentityHolder :one
SELECT contact_id FROM identities WHERE kind = @kind AND value = @value;

-- name: NoteFile :exec
INSERT INTO files (id, source, external_id, kept)
VALUES (@id, @source, @external_id, @kept)
ON CONFLICT (id) DO UPDATE SET kept = @kept;

-- Files kept in a time that nothing refers to: their touch or reply was never
-- stored, or was stored with other content. What a message had before it was
-- edited stays.
-- name: OrphanFiles :many
SELECT f.id FROM files f
WHERE f.kept >= @since AND f.kept < @before
  AND NOT EXISTS (SELECT 1 FROM interactions i WHERE i.source = f.source AND i.external_id = f.external_id
    AND (i.edited > 0 OR i.attachments LIKE '%' || f.id || '%'))
  AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.source = f.source AND q.external_id = f.external_id)
ORDER BY f.kept, f.id
LIMIT @most;

-- The file of a touch that goes into quarantine under a key of its own, unless
-- the interaction that has the key refers to it too.
-- name: MoveFile :exec
UPDATE files SET external_id = @to_id WHERE files.id = @id
  AND NOT EXISTS (SELECT 1 FROM interactions i WHERE i.source = files.source AND i.external_id = files.external_id
    AND i.attachments LIKE '%' || files.id || '%');

-- Refused (no row) when it was kept again.
-- name: DropFile :execrows
DELETE FROM files WHERE id = @id AND kept < @before;
