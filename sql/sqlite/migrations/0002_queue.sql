-- smsctl's own columns, tables and indexes.

ALTER TABLE queued_tasks ADD COLUMN recipient TEXT;
ALTER TABLE queued_tasks ADD COLUMN content TEXT;
ALTER TABLE queued_tasks ADD COLUMN sender TEXT;
ALTER TABLE queued_tasks ADD COLUMN priority INTEGER NOT NULL DEFAULT 5;
ALTER TABLE queued_tasks ADD COLUMN available_at DATETIME;
ALTER TABLE queued_tasks ADD COLUMN expires_at DATETIME;
-- How often the task was claimed by smsctl: the fence. NULL marks a row that another program has just inserted.
ALTER TABLE queued_tasks ADD COLUMN attempt INTEGER;
ALTER TABLE queued_tasks ADD COLUMN batch_id INTEGER;
ALTER TABLE queued_tasks ADD COLUMN dedupe_key TEXT;
ALTER TABLE queued_tasks ADD COLUMN error_type TEXT;
ALTER TABLE queued_tasks ADD COLUMN provider_message_id TEXT;
ALTER TABLE queued_tasks ADD COLUMN segments INTEGER;
-- Grows with every update by smsctl. An update that leaves it alone is another program's, and the triggers count it.
ALTER TABLE queued_tasks ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

UPDATE queued_tasks SET status = 'pending' WHERE status IS NULL;
UPDATE queued_tasks SET max_retries = coalesce(max_retries, 3), retry_count = coalesce(retry_count, 0)
 WHERE max_retries IS NULL OR retry_count IS NULL;
UPDATE queued_tasks SET attempt = 0;

-- The claim reads the first rows of one task_func from this index, whatever else is in the table.
CREATE INDEX queued_tasks_claim ON queued_tasks (task_func, priority DESC, id) WHERE status = 'pending';
CREATE INDEX queued_tasks_scheduled ON queued_tasks (available_at) WHERE status = 'scheduled';
CREATE INDEX queued_tasks_retry ON queued_tasks (available_at) WHERE status = 'failed' AND available_at IS NOT NULL;
CREATE INDEX queued_tasks_processing ON queued_tasks (worker_id) WHERE status = 'processing';
CREATE INDEX queued_tasks_parked ON queued_tasks (status, id)
 WHERE status = 'failed' OR status = 'held' OR status = 'cancelled';
CREATE INDEX queued_tasks_recipient ON queued_tasks (recipient) WHERE recipient IS NOT NULL;
CREATE INDEX queued_tasks_batch ON queued_tasks (batch_id) WHERE batch_id IS NOT NULL;
CREATE UNIQUE INDEX queued_tasks_dedupe ON queued_tasks (dedupe_key) WHERE dedupe_key IS NOT NULL;

-- The application's table has a foreign key to its own messages; a dead letter of smsctl names a task instead.
-- So the table is made again without it, rows and ids kept. `task_id` tells whose row it is.
CREATE TABLE dead_letters_next (
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
    last_attempt_at DATETIME,
    task_id         INTEGER
);
INSERT INTO dead_letters_next
    (id, message_id, recipient, content, error_message, error_type, retry_count, max_retries, status, created_at, retried_at,
     last_attempt_at)
SELECT id, message_id, recipient, content, error_message, error_type, retry_count, max_retries, coalesce(status, 'pending'),
       created_at, retried_at, last_attempt_at
  FROM dead_letter_messages;
DROP TABLE dead_letter_messages;
ALTER TABLE dead_letters_next RENAME TO dead_letter_messages;
CREATE INDEX dead_letter_messages_status ON dead_letter_messages (status, id);
CREATE INDEX dead_letter_messages_recipient ON dead_letter_messages (recipient);
CREATE INDEX dead_letter_messages_message ON dead_letter_messages (message_id);
CREATE INDEX dead_letter_messages_created ON dead_letter_messages (created_at);

-- One row per attempt that did not end well.
CREATE TABLE attempts (
    task_id       INTEGER NOT NULL,
    attempt       INTEGER NOT NULL,
    worker_id     INTEGER,
    started_at    DATETIME,
    ended_at      DATETIME NOT NULL,
    outcome       TEXT NOT NULL CHECK (outcome IN ('rejected', 'deferred', 'unknown', 'expired')),
    error_type    TEXT,
    error_message TEXT,
    PRIMARY KEY (task_id, attempt)
) WITHOUT ROWID;

CREATE TABLE workers (
    id           INTEGER  NOT NULL PRIMARY KEY AUTOINCREMENT,
    host         TEXT     NOT NULL,
    boot_id      TEXT     NOT NULL,
    pid          INTEGER  NOT NULL,
    pid_started  TEXT     NOT NULL,
    senders      INTEGER  NOT NULL,
    version      TEXT     NOT NULL,
    started_at   DATETIME NOT NULL,
    heartbeat_at DATETIME NOT NULL,
    ended_at     DATETIME
);
CREATE INDEX workers_alive ON workers (id) WHERE ended_at IS NULL;
CREATE INDEX workers_ended ON workers (ended_at) WHERE ended_at IS NOT NULL;
-- The application numbers its threads from 0 in the same column: our numbers stay clear of them.
INSERT INTO sqlite_sequence (name, seq) VALUES ('workers', 1000);

CREATE TABLE batches (
    id         INTEGER  NOT NULL PRIMARY KEY AUTOINCREMENT,
    name       TEXT     NOT NULL UNIQUE,
    created_at DATETIME NOT NULL
);

-- What all workers together know of a lane: whether it is closed, and its token bucket.
CREATE TABLE lanes (
    lane          TEXT    NOT NULL PRIMARY KEY,
    paused        INTEGER NOT NULL DEFAULT 0,
    paused_reason TEXT,
    closed_until  DATETIME,
    closed_reason TEXT,
    tokens        REAL,
    refilled_at   DATETIME
) WITHOUT ROWID;

-- Who changed what by hand.
CREATE TABLE audit_log (
    id      INTEGER  NOT NULL PRIMARY KEY AUTOINCREMENT,
    at      DATETIME NOT NULL,
    actor   TEXT     NOT NULL,
    action  TEXT     NOT NULL,
    filter  TEXT     NOT NULL,
    changed INTEGER  NOT NULL
);
