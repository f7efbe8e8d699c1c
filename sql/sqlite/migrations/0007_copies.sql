-- A queue that must not be worked on here: it was moved, it is being copied, or it is itself a copy. At most one row; while it is
-- there, every verb that adds, claims or changes refuses.

CREATE TABLE closures (
    id        INTEGER  NOT NULL PRIMARY KEY CHECK (id = 1),
    why       TEXT     NOT NULL CHECK (why IN ('leaving', 'moved', 'arriving', 'copy')),
    -- Where the other database is, without secrets.
    other     TEXT     NOT NULL,
    -- Names one copy, in both of its databases.
    token     TEXT     NOT NULL,
    closed_at DATETIME NOT NULL
);

-- What the worker's store has met, as JSON: waits, repeated transactions, lost connections.
ALTER TABLE workers ADD COLUMN counters TEXT;
