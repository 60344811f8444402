-- The search: an index of the words of contacts, leads and messages, which a hub fills in the
-- background from the records and their events (storage/searchindex.go). All of it can be
-- made anew, so that backups leave it out.

-- +goose Up
-- The documents of the index. doc: 2^40 times the number of the kind, and a number that is
-- greater for newer records. hash: of the words.
CREATE TABLE search_docs (
    doc  BIGINT PRIMARY KEY,
    id   TEXT NOT NULL UNIQUE,
    hash BIGINT NOT NULL
) /* WITHOUT ROWID */;

-- The words of the documents, each behind the kind and block of its document: a query reads
-- the newest blocks first, and never more of a common word than it needs.
-- only postgres:
CREATE TABLE search_index (
    doc   BIGINT PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_index_words ON search_index USING gin (words) WITH (gin_pending_list_limit = 256);
-- only sqlite:
-- CREATE VIRTUAL TABLE search_index USING fts5(words, content='', contentless_delete=1, detail=none, tokenize='ascii');
-- only end

-- The words by which typing errors are corrected.
CREATE TABLE search_words (
    n    BIGINT PRIMARY KEY, -- from 1
    word TEXT NOT NULL UNIQUE
) /* WITHOUT ROWID */;

-- How far the index is. Kind "events": number is that of the last event that was read.
-- Others: records that were there before lie from below upwards, newer ones up to number.
CREATE TABLE search_state (
    kind    TEXT PRIMARY KEY,
    below   BIGINT NOT NULL,
    number  BIGINT NOT NULL,
    before  TEXT NOT NULL, -- the records from this id on are in the index; empty: none yet
    filled  BOOLEAN NOT NULL,
    version BIGINT NOT NULL
);

-- +goose Down
DROP TABLE search_state;
DROP TABLE search_words;
DROP TABLE search_index;
DROP TABLE search_docs;
