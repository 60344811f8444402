-- name: InsertReply :execrows
INSERT INTO replies (id, source, contact_id, lead_id, user_id, asked_as, to_kind, to_value, state, error, fault, fault_limit, dismissed, asked, since, sent, answers_id,
    attempts, next_at, owner, claimed_until, upstream_id)
VALUES (@id, @source, @contact_id, @lead_id, @user_id, @asked_as, @to_kind, @to_value, 'waiting', '', '', 0, FALSE, @asked, @asked, 0, @answers_id,
    0, 0, '', 0, '');

-- name: ReplyAskedAs :one
SELECT * FROM reply_rows r WHERE r.user_id = @user_id AND r.asked_as = @asked_as;

-- name: GetReply :one
SELECT * FROM reply_rows r WHERE r.id = @id;

-- name: SeeReply :one
SELECT * FROM reply_rows r WHERE r.id = @id
  AND (CAST(@sees_all AS BOOLEAN) OR EXISTS (SELECT 1 FROM lead_viewers v WHERE v.lead_id = r.lead_id AND v.user_id = CAST(@viewer AS TEXT)));

-- name: ListRepliesTo :many
SELECT * FROM reply_rows r WHERE r.contact_id = @contact_id ORDER BY r.asked DESC, r.id DESC LIMIT @most;

-- Replies that may be sent now: none before an older one to the same contact.
-- name: DueReplies :many
SELECT r.id, r.attempts FROM replies r
WHERE r.source = @source AND r.state = 'waiting' AND r.next_at <= @now
  AND NOT EXISTS (SELECT 1 FROM replies e WHERE e.source = r.source AND e.contact_id = r.contact_id
    AND e.state IN ('waiting', 'sending') AND (e.since, e.id) < (r.since, r.id))
ORDER BY r.since, r.id
LIMIT @most;

-- Committed before the reply is sent.
-- name: ClaimReply :execrows
UPDATE replies SET state = 'sending', attempts = attempts + 1, owner = @owner, claimed_until = @until
WHERE id = @id AND state = 'waiting' AND attempts = @attempts;

-- name: HoldReply :execrows
UPDATE replies SET claimed_until = @until WHERE id = @id AND state = 'sending' AND owner = @owner AND attempts = @attempts;

-- Replies whose sender is gone: its claim has expired, or only one process can run
-- (alone) and the claim is of another one.
-- name: LostReplies :many
SELECT r.id, r.source, r.attempts, r.owner FROM replies r
WHERE r.state = 'sending' AND (r.claimed_until <= @now OR CAST(@alone AS BOOLEAN) AND r.owner <> @owner)
LIMIT @most;

-- name: OldReplies :many
SELECT r.id, r.attempts, r.error FROM replies r WHERE r.state = 'waiting' AND r.since <= @before LIMIT @most;

-- Changes no row when another writer changed the reply since it was read.
-- name: MoveReply :execrows
UPDATE replies SET state = @state, error = @error, fault = @fault, fault_limit = @fault_limit, next_at = @next_at,
    sent = CASE WHEN CAST(@sent AS BIGINT) > 0 THEN @sent ELSE sent END,
    upstream_id = CASE WHEN CAST(@upstream_id AS TEXT) <> '' THEN @upstream_id ELSE upstream_id END
WHERE id = @id AND state = @was AND attempts = @attempts;

-- name: ReplyAgain :execrows
UPDATE replies SET state = 'waiting', error = '', fault = '', fault_limit = 0, dismissed = FALSE, since = @since, next_at = 0
WHERE id = @id AND state = @was AND attempts = @attempts;

-- name: DismissReply :execrows
UPDATE replies SET dismissed = TRUE WHERE id = @id AND state = @was;

-- name: ReplyByUpstream :one
SELECT * FROM reply_rows r WHERE r.source = @source AND r.upstream_id = @upstream_id ORDER BY r.asked DESC LIMIT 1;

-- name: AnyReplyOnItsWay :one
SELECT EXISTS (SELECT 1 FROM replies r WHERE r.source = @source AND r.state = 'sending') AS sending;

-- The customer's last message in a source. The index of the contact is used, because
-- a contact has fewer interactions than a source.
-- name: LastWritten :one
SELECT i.id, i.external_id, i.at, i.subject, i.body, i.message_id, i.refs FROM interactions i
WHERE i.contact_id = @contact_id AND i.source || '' = CAST(@source AS TEXT) AND i.direction = 'in' AND i.channel <> 'call' AND i.automatic = ''
ORDER BY i.at DESC, i.id DESC LIMIT 1;

-- A contact's last message in each source.
-- name: LastWrittenEach :many
SELECT w.source, w.at, w.subject FROM (
    SELECT i.source, i.at, i.subject, ROW_NUMBER() OVER (PARTITION BY i.source ORDER BY i.at DESC, i.id DESC) AS place
    FROM interactions i WHERE i.contact_id = @contact_id AND i.direction = 'in' AND i.channel <> 'call' AND i.automatic = '') AS w
WHERE w.place = 1;

-- name: BeginLead :execrows
UPDATE leads SET status = 'working' WHERE id = @id AND status = 'new' AND manager_id = CAST(@manager_id AS TEXT);

-- name: ListTemplates :many
SELECT * FROM templates ORDER BY folded;

-- name: GetTemplate :one
SELECT * FROM templates WHERE id = $1;

-- name: InsertTemplate :execrows
INSERT INTO templates (id, name, folded, subject, body, updated) VALUES (@id, @name, @folded, @subject, @body, @updated) ON CONFLICT DO NOTHING;

-- name: TemplateNamed :one
SELECT id FROM templates WHERE folded = $1;

-- Changes no row when the template changed since it was read.
-- name: UpdateTemplate :execrows
UPDATE templates SET name = @name, folded = @folded, subject = @subject, body = @body, updated = @updated
WHERE id = @id AND name = @old_name AND subject = @old_subject AND body = @old_body;

-- name: DeleteTemplate :execrows
DELETE FROM templates WHERE id = $1;

-- name: GetSignature :one
SELECT body FROM signatures WHERE user_id = $1;

-- Changes no row when the signature changed since it was read; old_body is '' for none.
-- name: PutSignature :execrows
INSERT INTO signatures (user_id, body) VALUES (@user_id, @body)
ON CONFLICT (user_id) DO UPDATE SET body = excluded.body WHERE signatures.body = CAST(@old_body AS TEXT);

-- name: InsertUpload :execrows
INSERT INTO uploads (id, user_id, name, type, size, at) VALUES (@id, @user_id, @name, @type, @size, @at) ON CONFLICT DO NOTHING;

-- Uploads of a user since a time that no reply has.
-- name: UploadsWaiting :one
SELECT COUNT(*) AS count, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes FROM uploads WHERE user_id = @user_id AND at >= @since;

-- name: GetUpload :one
SELECT * FROM uploads WHERE id = @id AND user_id = @user_id;

-- Makes the file one of the reply, so that it is not deleted with unused uploads.
-- Changes no row when the file is gone.
-- name: AttachFile :execrows
UPDATE files SET source = @source, external_id = @external_id, kept = @kept WHERE files.id = @id;

-- name: DropUpload :exec
DELETE FROM uploads WHERE id = $1;
