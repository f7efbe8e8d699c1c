-- smsctl's own columns, tables and indexes.

-- The application's columns keep their names and meanings. They become wide enough for every text, tell microseconds, and are
-- compared byte by byte: `Gateway:a` is not `gateway:a`. `claim_order` is there because not every server that we serve has
-- indexes that descend. `attempt` is the fence. `revision` grows with every update by smsctl: an update that leaves it alone, and
-- a row that begins with 0, are another program's, and the triggers count them.
-- unless: SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'queued_tasks' AND column_name = 'revision'
ALTER TABLE queued_tasks
    MODIFY task_name     VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    MODIFY task_func     VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    MODIFY args          MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    MODIFY kwargs        MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    MODIFY status        VARCHAR(20)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT 'pending',
    MODIFY error_message TEXT         CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    MODIFY created_at    DATETIME(6) NULL,
    MODIFY started_at    DATETIME(6) NULL,
    MODIFY completed_at  DATETIME(6) NULL,
    MODIFY max_retries   INTEGER DEFAULT 3,
    MODIFY retry_count   INTEGER DEFAULT 0,
    ADD COLUMN recipient           VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    ADD COLUMN content             MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    ADD COLUMN sender              VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    ADD COLUMN priority            SMALLINT     NOT NULL DEFAULT 5,
    ADD COLUMN claim_order         SMALLINT     AS (-priority) STORED,
    ADD COLUMN available_at        DATETIME(6),
    ADD COLUMN expires_at          DATETIME(6),
    ADD COLUMN attempt             INTEGER,
    ADD COLUMN batch_id            BIGINT,
    ADD COLUMN dedupe_key          VARBINARY(800),
    ADD COLUMN error_type          VARCHAR(50)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    ADD COLUMN provider_message_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    ADD COLUMN segments            INTEGER,
    ADD COLUMN revision            INTEGER      NOT NULL DEFAULT 0;

UPDATE queued_tasks SET status = 'pending' WHERE status IS NULL;

UPDATE queued_tasks SET max_retries = coalesce(max_retries, 3), retry_count = coalesce(retry_count, 0)
 WHERE max_retries IS NULL OR retry_count IS NULL;

-- The claim reads the first rows of one task_func from this index, in the claim's order, whatever else is in the table.
-- unless: SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'queued_tasks' AND index_name = 'queued_tasks_claim'
CREATE INDEX queued_tasks_claim ON queued_tasks (task_func, status, claim_order, id);

-- There are no partial indexes here: one serves scheduled and deferred tasks, and another one every state.
-- unless: SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'queued_tasks' AND index_name = 'queued_tasks_due'
CREATE INDEX queued_tasks_due ON queued_tasks (status, available_at);

-- unless: SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'queued_tasks' AND index_name = 'queued_tasks_status'
CREATE INDEX queued_tasks_status ON queued_tasks (status, id);

-- unless: SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'queued_tasks' AND index_name = 'queued_tasks_recipient'
CREATE INDEX queued_tasks_recipient ON queued_tasks (recipient);

-- unless: SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'queued_tasks' AND index_name = 'queued_tasks_batch'
CREATE INDEX queued_tasks_batch ON queued_tasks (batch_id);

-- unless: SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'queued_tasks' AND index_name = 'queued_tasks_dedupe'
CREATE UNIQUE INDEX queued_tasks_dedupe ON queued_tasks (dedupe_key);

-- The application's table has a foreign key to its own messages; a dead letter of smsctl names a task instead.
-- for each: SELECT constraint_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = 'dead_letter_messages' AND column_name = 'message_id' AND referenced_table_name IS NOT NULL
ALTER TABLE dead_letter_messages DROP FOREIGN KEY `{}`;

-- `task_id` tells whose row it is; `revision` as above.
-- unless: SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'dead_letter_messages' AND column_name = 'revision'
ALTER TABLE dead_letter_messages
    MODIFY message_id      BIGINT,
    MODIFY recipient       VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    MODIFY content         MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    MODIFY error_message   TEXT         CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    MODIFY error_type      VARCHAR(50)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    MODIFY retry_count     INTEGER DEFAULT 0,
    MODIFY max_retries     INTEGER DEFAULT 3,
    MODIFY status          VARCHAR(20)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT 'pending',
    MODIFY created_at      DATETIME(6) NULL,
    MODIFY retried_at      DATETIME(6) NULL,
    MODIFY last_attempt_at DATETIME(6) NULL,
    ADD COLUMN task_id     BIGINT,
    ADD COLUMN revision    INTEGER NOT NULL DEFAULT 0;

UPDATE dead_letter_messages SET status = 'pending' WHERE status IS NULL;

-- unless: SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'dead_letter_messages' AND index_name = 'dead_letter_messages_status'
CREATE INDEX dead_letter_messages_status ON dead_letter_messages (status, id);

-- unless: SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'dead_letter_messages' AND index_name = 'dead_letter_messages_recipient'
CREATE INDEX dead_letter_messages_recipient ON dead_letter_messages (recipient);

-- unless: SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'dead_letter_messages' AND index_name = 'dead_letter_messages_message'
CREATE INDEX dead_letter_messages_message ON dead_letter_messages (message_id);

-- unless: SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'dead_letter_messages' AND index_name = 'dead_letter_messages_created'
CREATE INDEX dead_letter_messages_created ON dead_letter_messages (created_at);

-- One row per attempt that did not end well.
CREATE TABLE IF NOT EXISTS attempts (
    task_id       BIGINT      NOT NULL,
    attempt       INTEGER     NOT NULL,
    worker_id     INTEGER,
    started_at    DATETIME(6),
    ended_at      DATETIME(6) NOT NULL,
    outcome       VARCHAR(20) NOT NULL CHECK (outcome IN ('rejected', 'deferred', 'unknown', 'expired')),
    error_type    VARCHAR(50),
    error_message TEXT,
    PRIMARY KEY (task_id, attempt)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The application numbers its threads from 0 in the same column: our numbers stay clear of them.
CREATE TABLE IF NOT EXISTS workers (
    id           INTEGER      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    host         VARCHAR(255) NOT NULL,
    boot_id      VARCHAR(64)  NOT NULL,
    pid          INTEGER UNSIGNED NOT NULL,
    pid_started  VARCHAR(64)  NOT NULL,
    senders      INTEGER      NOT NULL,
    version      VARCHAR(64)  NOT NULL,
    started_at   DATETIME(6)  NOT NULL,
    heartbeat_at DATETIME(6)  NOT NULL,
    ended_at     DATETIME(6),
    INDEX workers_ended (ended_at)
) ENGINE = InnoDB AUTO_INCREMENT = 1001 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS batches (
    id         BIGINT         NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name       VARBINARY(800) NOT NULL,
    created_at DATETIME(6)    NOT NULL,
    UNIQUE INDEX batches_name (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What all workers together know of a lane: whether it is closed, and its token bucket.
CREATE TABLE IF NOT EXISTS lanes (
    lane          VARCHAR(200) NOT NULL PRIMARY KEY,
    paused        TINYINT      NOT NULL DEFAULT 0,
    paused_reason VARCHAR(200),
    closed_until  DATETIME(6),
    closed_reason VARCHAR(20),
    tokens        DOUBLE,
    refilled_at   DATETIME(6)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who changed what by hand.
CREATE TABLE IF NOT EXISTS audit_log (
    id      BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at      DATETIME(6)  NOT NULL,
    actor   VARCHAR(100) NOT NULL,
    action  VARCHAR(50)  NOT NULL,
    filter  TEXT         NOT NULL,
    changed BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Transactions that were committed a short while ago: when the connection is lost during the COMMIT, this tells.
CREATE TABLE IF NOT EXISTS receipts (
    token   BINARY(16) NOT NULL PRIMARY KEY,
    attempt INTEGER    NOT NULL
) ENGINE = InnoDB;

-- What several may not do at once, by name.
CREATE TABLE IF NOT EXISTS locks (
    name VARCHAR(32) NOT NULL PRIMARY KEY
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT IGNORE INTO locks (name) VALUES ('queue');
