-- +goose Up
-- Why a touch is in quarantine as a code, with what it goes by as a JSON list of strings,
-- for whoever puts it into words; '': kept before there were codes.
ALTER TABLE quarantine ADD COLUMN cause TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN facts TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE quarantine DROP COLUMN facts;
ALTER TABLE quarantine DROP COLUMN cause;
