-- The tables that smsctl shares with the web application. Where the application made them already, they stay as they are.
--
-- DDL commits by itself here: every paragraph is one statement and may be run again. `-- unless: QUERY` skips it where the query
-- finds a row; `-- for each: QUERY` runs it once for each name that the query finds, in place of `{}`; `-- if allowed` goes on
-- without it where the account may not do it.

CREATE TABLE IF NOT EXISTS queued_tasks (
    id            BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    task_name     VARCHAR(200) NOT NULL,
    task_func     VARCHAR(200) NOT NULL,
    args          MEDIUMTEXT,
    kwargs        MEDIUMTEXT,
    status        VARCHAR(20)  DEFAULT 'pending'
                  CHECK (status IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled')),
    worker_id     INTEGER,
    error_message TEXT,
    created_at    DATETIME(6),
    started_at    DATETIME(6),
    completed_at  DATETIME(6),
    max_retries   INTEGER      DEFAULT 3,
    retry_count   INTEGER      DEFAULT 0
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS dead_letter_messages (
    id              BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    message_id      BIGINT,
    recipient       VARCHAR(255) NOT NULL,
    content         MEDIUMTEXT   NOT NULL,
    error_message   TEXT,
    error_type      VARCHAR(50),
    retry_count     INTEGER      DEFAULT 0,
    max_retries     INTEGER      DEFAULT 3,
    status          VARCHAR(20)  DEFAULT 'pending',
    created_at      DATETIME(6),
    retried_at      DATETIME(6),
    last_attempt_at DATETIME(6)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
