-- +goose Up
-- How often something was dialled on one day; rows of earlier days are deleted.
CREATE TABLE dial_counts (
    day     TEXT NOT NULL, -- 2006-01-02 in the office's time zone
    counted TEXT NOT NULL, -- who asked and what is counted: "form number +7…", "click hub all"
    dials   BIGINT NOT NULL,
    PRIMARY KEY (day, counted)
);

-- +goose Down
DROP TABLE dial_counts;
