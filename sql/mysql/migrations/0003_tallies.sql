-- Exact counts, so that `stats` never counts rows. smsctl adds up its own changes, one statement per transaction, into the rows of
-- its own shard: two workers seldom meet in one row. Changes by other programs are counted by triggers, as deltas: to add a row
-- disturbs nobody, on no node of a cluster. Workers fold the deltas into the tallies.
--
-- kind, name: 'all' and ''; 'lane' and task_func; 'batch' and the batch's id; 'hour' and the UTC hour; 'dead_letter' and ''.
-- word: a status; for tasks also 'unknown' and 'retryable', the two parts of 'failed' that operators act on.
--
-- Nothing is counted here: rows may come in meanwhile. A recount follows, which adds what is missing.

CREATE TABLE IF NOT EXISTS tallies (
    kind   VARCHAR(16)  NOT NULL,
    name   VARCHAR(200) NOT NULL,
    word   VARCHAR(20)  NOT NULL,
    shard  TINYINT      NOT NULL DEFAULT 0,
    n      BIGINT       NOT NULL,
    -- Grows with every change of the row, so that others see that something happened.
    writes BIGINT       NOT NULL DEFAULT 1,
    PRIMARY KEY (kind, name, word, shard)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS tally_deltas (
    id   BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind VARCHAR(16)  NOT NULL,
    name VARCHAR(200) NOT NULL,
    word VARCHAR(20)  NOT NULL,
    n    BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_insert_before'
CREATE TRIGGER queued_tasks_foreign_insert_before BEFORE INSERT ON queued_tasks FOR EACH ROW
BEGIN
    IF NEW.revision = 0 THEN
        SET NEW.attempt = 0, NEW.status = coalesce(NEW.status, 'pending'),
            NEW.created_at = coalesce(NEW.created_at, UTC_TIMESTAMP(6)),
            NEW.max_retries = coalesce(NEW.max_retries, 3), NEW.retry_count = coalesce(NEW.retry_count, 0);
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_insert'
CREATE TRIGGER queued_tasks_foreign_insert AFTER INSERT ON queued_tasks FOR EACH ROW
BEGIN
    IF NEW.revision = 0 THEN
        INSERT INTO tally_deltas (kind, name, word, n)
        SELECT counts.kind, counts.name, words.word, 1
          FROM (SELECT 'all' AS kind, '' AS name
                UNION ALL SELECT 'lane', NEW.task_func
                UNION ALL SELECT 'batch', NEW.batch_id) AS counts
         CROSS JOIN
               (SELECT coalesce(NEW.status, '') AS word
                UNION ALL SELECT if(NEW.status = 'failed' AND NEW.error_type = 'unknown', 'unknown', NULL)
                UNION ALL SELECT if(NEW.status = 'failed' AND NEW.retry_count < NEW.max_retries, 'retryable', NULL)) AS words
         WHERE counts.name IS NOT NULL AND words.word IS NOT NULL;
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_update'
CREATE TRIGGER queued_tasks_foreign_update AFTER UPDATE ON queued_tasks FOR EACH ROW
BEGIN
    IF NEW.revision = OLD.revision
       AND NOT (NEW.status <=> OLD.status AND NEW.task_func <=> OLD.task_func AND NEW.batch_id <=> OLD.batch_id
                AND NEW.error_type <=> OLD.error_type AND NEW.retry_count <=> OLD.retry_count
                AND NEW.max_retries <=> OLD.max_retries) THEN
        INSERT INTO tally_deltas (kind, name, word, n)
        SELECT counts.kind, counts.name, words.word, -1
          FROM (SELECT 'all' AS kind, '' AS name
                UNION ALL SELECT 'lane', OLD.task_func
                UNION ALL SELECT 'batch', OLD.batch_id) AS counts
         CROSS JOIN
               (SELECT coalesce(OLD.status, '') AS word
                UNION ALL SELECT if(OLD.status = 'failed' AND OLD.error_type = 'unknown', 'unknown', NULL)
                UNION ALL SELECT if(OLD.status = 'failed' AND OLD.retry_count < OLD.max_retries, 'retryable', NULL)) AS words
         WHERE counts.name IS NOT NULL AND words.word IS NOT NULL;
        INSERT INTO tally_deltas (kind, name, word, n)
        SELECT counts.kind, counts.name, words.word, 1
          FROM (SELECT 'all' AS kind, '' AS name
                UNION ALL SELECT 'lane', NEW.task_func
                UNION ALL SELECT 'batch', NEW.batch_id) AS counts
         CROSS JOIN
               (SELECT coalesce(NEW.status, '') AS word
                UNION ALL SELECT if(NEW.status = 'failed' AND NEW.error_type = 'unknown', 'unknown', NULL)
                UNION ALL SELECT if(NEW.status = 'failed' AND NEW.retry_count < NEW.max_retries, 'retryable', NULL)) AS words
         WHERE counts.name IS NOT NULL AND words.word IS NOT NULL;
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_delete'
CREATE TRIGGER queued_tasks_delete BEFORE DELETE ON queued_tasks FOR EACH ROW
BEGIN
    INSERT INTO tally_deltas (kind, name, word, n)
        SELECT counts.kind, counts.name, words.word, -1
          FROM (SELECT 'all' AS kind, '' AS name
                UNION ALL SELECT 'lane', OLD.task_func
                UNION ALL SELECT 'batch', OLD.batch_id) AS counts
         CROSS JOIN
               (SELECT coalesce(OLD.status, '') AS word
                UNION ALL SELECT if(OLD.status = 'failed' AND OLD.error_type = 'unknown', 'unknown', NULL)
                UNION ALL SELECT if(OLD.status = 'failed' AND OLD.retry_count < OLD.max_retries, 'retryable', NULL)) AS words
         WHERE counts.name IS NOT NULL AND words.word IS NOT NULL;
    DELETE FROM attempts WHERE task_id = OLD.id;
    -- The id may be given again, to another program's row: its letter must not send another task.
    UPDATE dead_letter_messages SET task_id = NULL WHERE message_id = OLD.id AND task_id = OLD.id;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'dead_letter_messages_insert_before'
CREATE TRIGGER dead_letter_messages_insert_before BEFORE INSERT ON dead_letter_messages FOR EACH ROW
BEGIN
    SET NEW.status = coalesce(NEW.status, 'pending');
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'dead_letter_messages_insert'
CREATE TRIGGER dead_letter_messages_insert AFTER INSERT ON dead_letter_messages FOR EACH ROW
BEGIN
    IF NEW.revision = 0 THEN
        INSERT INTO tally_deltas (kind, name, word, n) VALUES ('dead_letter', '', NEW.status, 1);
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'dead_letter_messages_update'
CREATE TRIGGER dead_letter_messages_update AFTER UPDATE ON dead_letter_messages FOR EACH ROW
BEGIN
    IF NEW.revision = OLD.revision AND NOT (NEW.status <=> OLD.status) THEN
        INSERT INTO tally_deltas (kind, name, word, n)
        VALUES ('dead_letter', '', coalesce(OLD.status, 'pending'), -1), ('dead_letter', '', coalesce(NEW.status, 'pending'), 1);
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'dead_letter_messages_delete'
CREATE TRIGGER dead_letter_messages_delete AFTER DELETE ON dead_letter_messages FOR EACH ROW
BEGIN
    INSERT INTO tally_deltas (kind, name, word, n) VALUES ('dead_letter', '', coalesce(OLD.status, 'pending'), -1);
END;
