-- +goose Up
-- Why a reply did not go out, as a code for which the workplace has words.
ALTER TABLE replies ADD COLUMN fault TEXT NOT NULL DEFAULT '';
ALTER TABLE replies ADD COLUMN fault_limit BIGINT NOT NULL DEFAULT 0; -- in the unit of fault
UPDATE replies SET fault = CASE WHEN error = 'Withdrawn before it was sent.' THEN 'withdrawn' WHEN error LIKE 'Given up after three days:%' THEN 'given_up'
    WHEN state = 'perhaps' THEN 'interrupted' WHEN state = 'failed' THEN 'other' ELSE 'unreachable' END
WHERE error <> '' AND state IN ('waiting', 'sending', 'failed', 'perhaps');
UPDATE replies SET fault_limit = 72 WHERE fault = 'given_up';
DROP VIEW reply_rows;
CREATE VIEW reply_rows AS
SELECT r.id, r.source, i.channel, r.contact_id, r.lead_id, r.user_id, u.name AS user_name, r.asked_as, r.to_kind, r.to_value,
    i.subject, i.body, i.attachments, r.state, r.error, r.dismissed, r.asked, r.since, r.sent, COALESCE(r.answers_id, '') AS answers_id,
    r.attempts, r.owner, r.upstream_id, r.fault, r.fault_limit
FROM replies r JOIN interactions i ON i.id = r.id JOIN users u ON u.id = r.user_id;

-- +goose Down
DROP VIEW reply_rows;
CREATE VIEW reply_rows AS
SELECT r.id, r.source, i.channel, r.contact_id, r.lead_id, r.user_id, u.name AS user_name, r.asked_as, r.to_kind, r.to_value,
    i.subject, i.body, i.attachments, r.state, r.error, r.dismissed, r.asked, r.since, r.sent, COALESCE(r.answers_id, '') AS answers_id,
    r.attempts, r.owner, r.upstream_id
FROM replies r JOIN interactions i ON i.id = r.id JOIN users u ON u.id = r.user_id;
ALTER TABLE replies DROP COLUMN fault_limit;
ALTER TABLE replies DROP COLUMN fault;
