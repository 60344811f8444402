-- +goose Up
-- Quarantine keeps every content of a key: its id names the content.
DROP INDEX quarantine_key;
CREATE INDEX quarantine_key ON quarantine (source, external_id);

-- +goose Down
DROP INDEX quarantine_key;
DELETE FROM quarantine WHERE external_id <> '' AND EXISTS (
    SELECT 1 FROM quarantine o WHERE o.source = quarantine.source AND o.external_id = quarantine.external_id AND o.id < quarantine.id);
CREATE UNIQUE INDEX quarantine_key ON quarantine (source, external_id) WHERE external_id <> '';
