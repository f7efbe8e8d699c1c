-- A queue that must not be worked on here: it was moved, it is being copied, or it is itself a copy. At most one row; while it is
-- there, every verb that adds, claims or changes refuses. `other` is where the other database is, without secrets; `token`
-- names one copy, in both of its databases.

CREATE TABLE IF NOT EXISTS closures (
    id        TINYINT       NOT NULL PRIMARY KEY CHECK (id = 1),
    why       VARCHAR(20)   NOT NULL CHECK (why IN ('leaving', 'moved', 'arriving', 'copy')),
    other     VARCHAR(4000) NOT NULL,
    token     VARCHAR(64)   NOT NULL,
    closed_at DATETIME(6)   NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What the worker's store has met, as JSON: waits, repeated transactions, lost connections.
-- unless: SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'workers' AND column_name = 'counters'
ALTER TABLE workers ADD COLUMN counters TEXT;
