-- What other programs write is counted exactly, in whatever words they write it. REPLACE runs the triggers of a DELETE here, so that
-- what SQLite has to note before a statement is counted by itself; what changes are the words.
--
-- Own writes cost one comparison: smsctl inserts with `revision` 1 and makes it larger with every update. Everything else is
-- another program's. A status that this queue does not know counts as `other`, and NULL becomes `pending`, in an update too.
--
-- Each trigger is taken away where it is still the old one, and made where it is missing: whoever may not do so now may do it later.

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_insert_before' AND action_statement LIKE '%<> 1%'
DROP TRIGGER IF EXISTS queued_tasks_foreign_insert_before;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_insert_before'
CREATE TRIGGER queued_tasks_foreign_insert_before BEFORE INSERT ON queued_tasks FOR EACH ROW
BEGIN
    IF NEW.revision <> 1 THEN
        -- The fence of a row that is replaced goes on in the new one: an answer to the old message settles nothing of the new one.
        SET NEW.attempt = coalesce((SELECT replaced.attempt FROM queued_tasks AS replaced WHERE replaced.id = NEW.id), 0),
            NEW.revision = greatest(NEW.revision, 0) + 2, NEW.status = coalesce(NEW.status, 'pending'),
            NEW.created_at = coalesce(NEW.created_at, UTC_TIMESTAMP(6)),
            NEW.max_retries = coalesce(NEW.max_retries, 3), NEW.retry_count = coalesce(NEW.retry_count, 0);
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_insert' AND action_statement LIKE '%<> 1%'
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
                UNION ALL SELECT if(NEW.status = 'failed' AND NEW.error_type = 'unknown', 'unknown', NULL)
                UNION ALL SELECT if(NEW.status = 'failed' AND NEW.retry_count < NEW.max_retries, 'retryable', NULL)) AS words
         WHERE counts.name IS NOT NULL AND words.word IS NOT NULL;
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_update_before'
CREATE TRIGGER queued_tasks_foreign_update_before BEFORE UPDATE ON queued_tasks FOR EACH ROW
BEGIN
    SET NEW.status = coalesce(NEW.status, 'pending');
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_update' AND action_statement LIKE '%<= OLD.revision%'
DROP TRIGGER IF EXISTS queued_tasks_foreign_update;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_update'
CREATE TRIGGER queued_tasks_foreign_update AFTER UPDATE ON queued_tasks FOR EACH ROW
BEGIN
    IF NEW.revision <= OLD.revision
       AND NOT (NEW.status <=> OLD.status AND NEW.task_func <=> OLD.task_func AND NEW.batch_id <=> OLD.batch_id
                AND NEW.error_type <=> OLD.error_type AND NEW.retry_count <=> OLD.retry_count
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
                UNION ALL SELECT if(OLD.status = 'failed' AND OLD.error_type = 'unknown', 'unknown', NULL)
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
                UNION ALL SELECT if(NEW.status = 'failed' AND NEW.error_type = 'unknown', 'unknown', NULL)
                UNION ALL SELECT if(NEW.status = 'failed' AND NEW.retry_count < NEW.max_retries, 'retryable', NULL)) AS words
         WHERE counts.name IS NOT NULL AND words.word IS NOT NULL;
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_delete' AND action_statement LIKE '%''other''%'
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
                UNION ALL SELECT if(OLD.status = 'failed' AND OLD.error_type = 'unknown', 'unknown', NULL)
                UNION ALL SELECT if(OLD.status = 'failed' AND OLD.retry_count < OLD.max_retries, 'retryable', NULL)) AS words
         WHERE counts.name IS NOT NULL AND words.word IS NOT NULL;
    DELETE FROM attempts WHERE task_id = OLD.id;
    -- The id may be given again, to another program's row: its letter must not send another task.
    UPDATE dead_letter_messages SET task_id = NULL WHERE message_id = OLD.id AND task_id = OLD.id;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'dead_letter_messages_insert' AND action_statement LIKE '%''other''%'
DROP TRIGGER IF EXISTS dead_letter_messages_insert;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'dead_letter_messages_insert'
CREATE TRIGGER dead_letter_messages_insert AFTER INSERT ON dead_letter_messages FOR EACH ROW
BEGIN
    IF NEW.revision <> 1 THEN
        INSERT INTO tally_deltas (kind, name, word, n)
        VALUES ('dead_letter', '', if(coalesce(NEW.status, 'pending') IN ('pending', 'retried', 'abandoned'), coalesce(NEW.status, 'pending'), 'other'), 1);
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'dead_letter_messages_update_before'
CREATE TRIGGER dead_letter_messages_update_before BEFORE UPDATE ON dead_letter_messages FOR EACH ROW
BEGIN
    SET NEW.status = coalesce(NEW.status, 'pending');
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'dead_letter_messages_update' AND action_statement LIKE '%''other''%'
DROP TRIGGER IF EXISTS dead_letter_messages_update;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'dead_letter_messages_update'
CREATE TRIGGER dead_letter_messages_update AFTER UPDATE ON dead_letter_messages FOR EACH ROW
BEGIN
    IF NEW.revision <= OLD.revision AND NOT (NEW.status <=> OLD.status) THEN
        INSERT INTO tally_deltas (kind, name, word, n)
        VALUES ('dead_letter', '', if(coalesce(OLD.status, 'pending') IN ('pending', 'retried', 'abandoned'), coalesce(OLD.status, 'pending'), 'other'), -1),
               ('dead_letter', '', if(coalesce(NEW.status, 'pending') IN ('pending', 'retried', 'abandoned'), coalesce(NEW.status, 'pending'), 'other'), 1);
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'dead_letter_messages_delete' AND action_statement LIKE '%''other''%'
DROP TRIGGER IF EXISTS dead_letter_messages_delete;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'dead_letter_messages_delete'
CREATE TRIGGER dead_letter_messages_delete AFTER DELETE ON dead_letter_messages FOR EACH ROW
BEGIN
    INSERT INTO tally_deltas (kind, name, word, n)
    VALUES ('dead_letter', '', if(coalesce(OLD.status, 'pending') IN ('pending', 'retried', 'abandoned'), coalesce(OLD.status, 'pending'), 'other'), -1);
END;
