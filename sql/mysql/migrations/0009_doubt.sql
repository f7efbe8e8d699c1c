-- `unknown` counts every failed task of which any attempt may have arrived, and not only those whose last word is `unknown`:
-- another program may have ended a task that was on the wire, or a later try may have failed for certain. They are the tasks
-- that `retry-failed` leaves alone without --unknown, and the count says so now. What is counted, and how, is as before (0005).
--
-- What smsctl itself updates passes the triggers more cheaply, too: a server makes the whole condition of an IF ready anew for each
-- row, whatever its first part says. So the first part stands alone.
--
-- Each trigger is taken away where it is still the old one, and made where it is missing: whoever may not do so now may do it later.

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_insert' AND action_statement LIKE '%departed%'
DROP TRIGGER IF EXISTS queued_tasks_foreign_insert;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_insert'
CREATE TRIGGER queued_tasks_foreign_insert AFTER INSERT ON queued_tasks FOR EACH ROW
BEGIN
    IF NEW.revision <> 1 THEN
        INSERT INTO tally_deltas (kind, name, word, n)
        SELECT counts.kind, counts.name, words.word, 1
          FROM (SELECT 'all' AS kind, '' AS name
                UNION ALL SELECT 'lane', NEW.task_func
                UNION ALL SELECT 'batch', NEW.batch_id) AS counts
         CROSS JOIN
               (SELECT if(coalesce(NEW.status, 'pending')
                          IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled'),
                          coalesce(NEW.status, 'pending'), 'other') AS word
                UNION ALL SELECT if(NEW.status = 'failed' AND (NEW.departed > 0 OR NEW.error_type = 'unknown'), 'unknown', NULL)
                UNION ALL SELECT if(NEW.status = 'failed' AND NEW.retry_count < NEW.max_retries, 'retryable', NULL)) AS words
         WHERE counts.name IS NOT NULL AND words.word IS NOT NULL;
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_update_before' AND action_statement LIKE '%NEW.status IS NULL%'
DROP TRIGGER IF EXISTS queued_tasks_foreign_update_before;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_update_before'
CREATE TRIGGER queued_tasks_foreign_update_before BEFORE UPDATE ON queued_tasks FOR EACH ROW
BEGIN
    IF NEW.status IS NULL THEN
        SET NEW.status = 'pending';
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_update' AND action_statement LIKE '%departed%'
DROP TRIGGER IF EXISTS queued_tasks_foreign_update;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_update'
CREATE TRIGGER queued_tasks_foreign_update AFTER UPDATE ON queued_tasks FOR EACH ROW
BEGIN
    IF NEW.revision <= OLD.revision THEN
        IF NOT (NEW.status <=> OLD.status AND NEW.task_func <=> OLD.task_func AND NEW.batch_id <=> OLD.batch_id
                AND NEW.error_type <=> OLD.error_type AND NEW.departed <=> OLD.departed AND NEW.retry_count <=> OLD.retry_count
                AND NEW.max_retries <=> OLD.max_retries) THEN
            INSERT INTO tally_deltas (kind, name, word, n)
            SELECT counts.kind, counts.name, words.word, -1
              FROM (SELECT 'all' AS kind, '' AS name
                    UNION ALL SELECT 'lane', OLD.task_func
                    UNION ALL SELECT 'batch', OLD.batch_id) AS counts
             CROSS JOIN
                   (SELECT if(coalesce(OLD.status, 'pending')
                              IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled'),
                              coalesce(OLD.status, 'pending'), 'other') AS word
                    UNION ALL SELECT if(OLD.status = 'failed' AND (OLD.departed > 0 OR OLD.error_type = 'unknown'), 'unknown', NULL)
                    UNION ALL SELECT if(OLD.status = 'failed' AND OLD.retry_count < OLD.max_retries, 'retryable', NULL)) AS words
             WHERE counts.name IS NOT NULL AND words.word IS NOT NULL;
            INSERT INTO tally_deltas (kind, name, word, n)
            SELECT counts.kind, counts.name, words.word, 1
              FROM (SELECT 'all' AS kind, '' AS name
                    UNION ALL SELECT 'lane', NEW.task_func
                    UNION ALL SELECT 'batch', NEW.batch_id) AS counts
             CROSS JOIN
                   (SELECT if(coalesce(NEW.status, 'pending')
                              IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled'),
                              coalesce(NEW.status, 'pending'), 'other') AS word
                    UNION ALL SELECT if(NEW.status = 'failed' AND (NEW.departed > 0 OR NEW.error_type = 'unknown'), 'unknown', NULL)
                    UNION ALL SELECT if(NEW.status = 'failed' AND NEW.retry_count < NEW.max_retries, 'retryable', NULL)) AS words
             WHERE counts.name IS NOT NULL AND words.word IS NOT NULL;
        END IF;
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_delete' AND action_statement LIKE '%departed%'
DROP TRIGGER IF EXISTS queued_tasks_delete;

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
               (SELECT if(coalesce(OLD.status, 'pending')
                          IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled'),
                          coalesce(OLD.status, 'pending'), 'other') AS word
                UNION ALL SELECT if(OLD.status = 'failed' AND (OLD.departed > 0 OR OLD.error_type = 'unknown'), 'unknown', NULL)
                UNION ALL SELECT if(OLD.status = 'failed' AND OLD.retry_count < OLD.max_retries, 'retryable', NULL)) AS words
         WHERE counts.name IS NOT NULL AND words.word IS NOT NULL;
    DELETE FROM attempts WHERE task_id = OLD.id;
    -- The id may be given again, to another program's row: its letter must not send another task.
    UPDATE dead_letter_messages SET task_id = NULL WHERE message_id = OLD.id AND task_id = OLD.id;
END;
