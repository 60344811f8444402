-- Which calls were not answered, as leads.Call.NotAnswered says: the one place in
-- SQL for lists, counts and reports.
-- +goose Up
CREATE VIEW calls_not_answered AS
SELECT c.id FROM calls c
WHERE c.direction = 'in' AND c.state = 'ended' AND c.answered = 0
  AND c.disposition NOT IN ('answered', 'barred') AND c.part_of = '';

-- +goose Down
DROP VIEW calls_not_answered;
