-- +goose Up
-- A phone or an address that cannot be read is kept word for word beside the
-- contact, until a person corrects or dismisses it.
ALTER TABLE offered_identities ADD COLUMN unread BOOLEAN NOT NULL DEFAULT FALSE;
-- A hash of the content that an interaction was stored with, for sources that
-- tell a repetition from a used key; empty: unknown.
ALTER TABLE interactions ADD COLUMN digest TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE interactions DROP COLUMN digest;
ALTER TABLE offered_identities DROP COLUMN unread;
