-- The tables that smsctl shares with the web application. Where the application made them already, they stay as they are.
-- The states stand in a chain of ORs, because SQLite makes a table of an IN list, anew for every row that is written.

CREATE TABLE IF NOT EXISTS queued_tasks (
    id            INTEGER      NOT NULL PRIMARY KEY AUTOINCREMENT,
    task_name     VARCHAR(100) NOT NULL,
    task_func     VARCHAR(200) NOT NULL,
    args          TEXT,
    kwargs        TEXT,
    status        VARCHAR(20)  DEFAULT 'pending'
                  CHECK (status = 'pending' OR status = 'scheduled' OR status = 'processing' OR status = 'completed'
                         OR status = 'failed' OR status = 'held' OR status = 'cancelled'),
    worker_id     INTEGER,
    error_message TEXT,
    created_at    DATETIME     DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
    started_at    DATETIME,
    completed_at  DATETIME,
    max_retries   INTEGER      DEFAULT 3,
    retry_count   INTEGER      DEFAULT 0
);

CREATE TABLE IF NOT EXISTS dead_letter_messages (
    id              INTEGER     NOT NULL PRIMARY KEY AUTOINCREMENT,
    message_id      INTEGER,
    recipient       VARCHAR(20) NOT NULL,
    content         TEXT        NOT NULL,
    error_message   TEXT,
    error_type      VARCHAR(50),
    retry_count     INTEGER     DEFAULT 0,
    max_retries     INTEGER     DEFAULT 3,
    status          VARCHAR(20) DEFAULT 'pending',
    created_at      DATETIME,
    retried_at      DATETIME,
    last_attempt_at DATETIME
);
