-- Columns of a single interaction that lists leave out.
-- name: MessageOf :one
SELECT whole, html, refs FROM interactions WHERE id = $1;

-- name: EarlierTexts :many
SELECT * FROM earlier_texts WHERE interaction_id = $1 ORDER BY written DESC;

-- Undecided offers that are not identities of the contact yet, newest first.
-- name: OfferedTo :many
SELECT o.*, i.channel FROM offered_identities o JOIN interactions i ON i.id = o.interaction_id
WHERE o.contact_id = @contact_id AND o.state = 'offered'
  AND NOT EXISTS (SELECT 1 FROM identities d WHERE d.kind = o.kind AND d.value = o.value AND d.contact_id = o.contact_id)
ORDER BY o.at DESC, o.id DESC
LIMIT @most;

-- Texts of a contact that cannot be parsed and wait for a correction, oldest first.
-- name: UnreadOf :many
SELECT value FROM offered_identities WHERE contact_id = @contact_id AND state = 'offered' AND unread ORDER BY at, id LIMIT @most;

-- name: GetOffered :one
SELECT * FROM offered_identities WHERE id = @id AND contact_id = @contact_id;

-- Changes no row when the offer was decided before.
-- name: DecideOffered :execrows
UPDATE offered_identities SET state = @state, decided = @decided, decided_by = @decided_by WHERE id = @id AND state = 'offered';

-- name: IdentityHolder :one
SELECT contact_id FROM identities WHERE kind = @kind AND value = @value;

-- name: NoteFile :exec
INSERT INTO files (id, source, external_id, kept)
VALUES (@id, @source, @external_id, @kept)
ON CONFLICT (id) DO UPDATE SET kept = @kept;

-- Files last kept in a period that no record refers to: their touch or reply was
-- never stored, or was stored with other content. Files of an edited message stay.
-- name: OrphanFiles :many
SELECT f.id FROM files f
WHERE f.kept >= @since AND f.kept < @before
  AND NOT EXISTS (SELECT 1 FROM interactions i WHERE i.source = f.source AND i.external_id = f.external_id
    AND (i.edited > 0 OR i.attachments LIKE '%' || f.id || '%'))
  AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.source = f.source AND q.external_id = f.external_id)
ORDER BY f.kept, f.id
LIMIT @most;

-- Moves a file to the new key under which its touch is quarantined, unless the
-- interaction of the old key refers to the file too.
-- name: MoveFile :exec
UPDATE files SET external_id = @to_id WHERE files.id = @id
  AND NOT EXISTS (SELECT 1 FROM interactions i WHERE i.source = files.source AND i.external_id = files.external_id
    AND i.attachments LIKE '%' || files.id || '%');

-- Changes no row when the file was kept again.
-- name: DropFile :execrows
DELETE FROM files WHERE id = @id AND kept < @before;
