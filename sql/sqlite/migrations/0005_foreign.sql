-- What other programs write is counted exactly, in whatever words they write it: REPLACE, OR IGNORE, upserts, a status of nobody.
--
-- Own writes cost one comparison: smsctl inserts with `revision` 1 and makes it larger with every update. Everything else is
-- another program's. Its REPLACE takes rows away without a DELETE trigger, so the rows that a statement is about to meet are noted
-- before it, and counted after it. A statement that fails, or ignores a row, gets no further than the note, and the next one begins
-- with a clean table.

DROP TRIGGER queued_tasks_foreign_insert;
DROP TRIGGER queued_tasks_foreign_update_before;
DROP TRIGGER queued_tasks_foreign_update_after;
DROP TRIGGER queued_tasks_delete;
DROP TRIGGER dead_letter_messages_insert;
DROP TRIGGER dead_letter_messages_update;
DROP TRIGGER dead_letter_messages_delete;
DROP VIEW task_counts;
DROP VIEW task_words;

-- What each task counts as, for a recount. `other` is every status that this queue does not know, and NULL is pending, as in a
-- row that is inserted without one. Columns may hold anything here: only a whole number is a batch. No function is called where
-- smsctl's own updates meet it, not even in a trigger that does not fire: one could fail, and SQLite would keep a journal for that.
CREATE VIEW task_words AS
SELECT id AS task_id, coalesce(CAST(task_func AS TEXT), '') AS task_func, iif(batch_id = CAST(batch_id AS INTEGER), batch_id, NULL) AS batch_id,
       iif(coalesce(status, 'pending') IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled'),
           coalesce(status, 'pending'), 'other') AS word
  FROM queued_tasks
UNION ALL
SELECT id, coalesce(CAST(task_func AS TEXT), ''), iif(batch_id = CAST(batch_id AS INTEGER), batch_id, NULL), 'unknown'
  FROM queued_tasks WHERE status = 'failed' AND error_type = 'unknown'
UNION ALL
SELECT id, coalesce(CAST(task_func AS TEXT), ''), iif(batch_id = CAST(batch_id AS INTEGER), batch_id, NULL), 'retryable'
  FROM queued_tasks WHERE status = 'failed' AND retry_count < max_retries;

CREATE VIEW task_counts AS
SELECT task_id, 'all' AS kind, '' AS name, word FROM task_words
UNION ALL
SELECT task_id, 'lane', task_func, word FROM task_words
UNION ALL
SELECT task_id, 'batch', CAST(batch_id AS TEXT), word FROM task_words WHERE batch_id IS NOT NULL;

-- To insert a task here is to count it `n` times: the triggers' one way to say what a row counts as, in the words of the view above.
CREATE VIEW task_changes AS
SELECT NULL AS task_func, NULL AS batch_id, NULL AS status, NULL AS error_type, NULL AS retry_count, NULL AS max_retries, 0 AS n;

CREATE TRIGGER task_changes_insert INSTEAD OF INSERT ON task_changes
BEGIN
    INSERT INTO tallies (kind, name, word, n)
    SELECT place.kind, place.name, standing.word, NEW.n
      FROM (SELECT 'all' AS kind, '' AS name
            UNION ALL SELECT 'lane', coalesce(CAST(NEW.task_func AS TEXT), '')
            UNION ALL SELECT 'batch', CAST(NEW.batch_id AS TEXT) WHERE NEW.batch_id = CAST(NEW.batch_id AS INTEGER)) AS place
     CROSS JOIN
           (SELECT iif(coalesce(NEW.status, 'pending')
                       IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled'),
                       coalesce(NEW.status, 'pending'), 'other') AS word
            UNION ALL SELECT 'unknown' WHERE NEW.status = 'failed' AND NEW.error_type = 'unknown'
            UNION ALL SELECT 'retryable' WHERE NEW.status = 'failed' AND NEW.retry_count < NEW.max_retries) AS standing
     WHERE true
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n + excluded.n;
END;

-- The tasks that the present statement meets: the one that it changes, and those that it may replace. `counted`: a DELETE trigger
-- has seen it go, as with recursive_triggers. There is no constraint, for the reason that `tallies` gives.
CREATE TABLE met_tasks (
    task_id, attempt, task_func, batch_id, status, error_type, retry_count, max_retries, counted
);

-- The triggers on the tasks themselves are short, and hand on what they see: SQLite makes room for the whole of a trigger before it
-- asks its WHEN, for each row.
CREATE VIEW foreign_writes AS SELECT NULL AS old_id, NULL AS id, NULL AS dedupe_key;
CREATE VIEW foreign_inserts AS SELECT NULL AS id;
CREATE VIEW foreign_written AS SELECT NULL AS old_id, NULL AS id;

CREATE TRIGGER queued_tasks_foreign_insert_before BEFORE INSERT ON queued_tasks WHEN NEW.revision IS NOT 1
BEGIN
    INSERT INTO foreign_writes VALUES (NULL, NEW.id, NEW.dedupe_key);
END;

CREATE TRIGGER queued_tasks_foreign_insert AFTER INSERT ON queued_tasks WHEN NEW.revision IS NOT 1
BEGIN
    INSERT INTO foreign_inserts VALUES (NEW.id);
END;

CREATE TRIGGER queued_tasks_foreign_update_before BEFORE UPDATE OF
    id, status, task_func, batch_id, error_type, retry_count, max_retries, dedupe_key ON queued_tasks
WHEN NEW.revision <= OLD.revision
BEGIN
    INSERT INTO foreign_writes VALUES (OLD.id, NEW.id, NEW.dedupe_key);
END;

CREATE TRIGGER queued_tasks_foreign_update AFTER UPDATE OF
    id, status, task_func, batch_id, error_type, retry_count, max_retries, dedupe_key ON queued_tasks
WHEN NEW.revision <= OLD.revision
BEGIN
    INSERT INTO foreign_written VALUES (OLD.id, NEW.id);
END;

CREATE TRIGGER foreign_writes_insert INSTEAD OF INSERT ON foreign_writes
BEGIN
    DELETE FROM met_tasks;
    INSERT INTO met_tasks
    SELECT id, attempt, task_func, batch_id, status, error_type, retry_count, max_retries, 0
      FROM queued_tasks WHERE id = NEW.old_id
    UNION ALL
    SELECT id, attempt, task_func, batch_id, status, error_type, retry_count, max_retries, 0
      FROM queued_tasks WHERE id = NEW.id AND id IS NOT NEW.old_id
    UNION ALL
    SELECT id, attempt, task_func, batch_id, status, error_type, retry_count, max_retries, 0
      FROM queued_tasks WHERE dedupe_key = NEW.dedupe_key AND id IS NOT NEW.old_id AND id IS NOT NEW.id;
END;

-- The fence of a row that is replaced goes on in the new one: an answer to the old message settles nothing of the new one.
CREATE TRIGGER foreign_inserts_insert INSTEAD OF INSERT ON foreign_inserts
BEGIN
    UPDATE queued_tasks
       SET attempt = coalesce((SELECT max(attempt) FROM met_tasks WHERE task_id = NEW.id), 0), revision = revision + 2,
           status = coalesce(status, 'pending'), created_at = coalesce(created_at, strftime('%Y-%m-%d %H:%M:%f000', 'now')),
           max_retries = coalesce(max_retries, 3), retry_count = coalesce(retry_count, 0)
     WHERE id = NEW.id;
    INSERT INTO foreign_written VALUES (NULL, NEW.id);
END;

CREATE TRIGGER foreign_written_insert INSTEAD OF INSERT ON foreign_written
BEGIN
    UPDATE queued_tasks SET status = 'pending', revision = revision + 1 WHERE id = NEW.id AND status IS NULL;
    -- An id that the database gives is -1 before the insert: a row with this number was met for nothing.
    DELETE FROM met_tasks
     WHERE task_id IS NOT NEW.old_id AND task_id IS NOT NEW.id
       AND EXISTS (SELECT 1 FROM queued_tasks WHERE id = met_tasks.task_id);
    INSERT INTO task_changes
    SELECT task_func, batch_id, status, error_type, retry_count, max_retries, 1 FROM queued_tasks WHERE id = NEW.id
    UNION ALL
    SELECT task_func, batch_id, status, error_type, retry_count, max_retries, -1 FROM met_tasks WHERE counted = 0;
    -- What is left was replaced, and goes as a row that is deleted.
    DELETE FROM met_tasks WHERE task_id = NEW.old_id;
    DELETE FROM attempts WHERE task_id IN (SELECT task_id FROM met_tasks);
    UPDATE dead_letter_messages SET task_id = NULL
     WHERE message_id IN (SELECT task_id FROM met_tasks) AND task_id = message_id;
    DELETE FROM met_tasks;
END;

CREATE TRIGGER queued_tasks_delete AFTER DELETE ON queued_tasks
BEGIN
    INSERT INTO task_changes
    VALUES (OLD.task_func, OLD.batch_id, OLD.status, OLD.error_type, OLD.retry_count, OLD.max_retries, -1);
    UPDATE met_tasks SET counted = 1 WHERE task_id = OLD.id;
    DELETE FROM attempts WHERE task_id = OLD.id;
    -- The application's table may give the id again: its letter must not send another task.
    UPDATE dead_letter_messages SET task_id = NULL WHERE message_id = OLD.id AND task_id = OLD.id;
END;

-- Dead letters likewise. They are few, so the triggers count smsctl's own as well. Their only key is the id.
CREATE VIEW letter_words AS
SELECT id AS letter_id,
       iif(coalesce(status, 'pending') IN ('pending', 'retried', 'abandoned'), coalesce(status, 'pending'), 'other') AS word
  FROM dead_letter_messages;

CREATE VIEW letter_changes AS SELECT NULL AS status, 0 AS n;

CREATE TRIGGER letter_changes_insert INSTEAD OF INSERT ON letter_changes
BEGIN
    INSERT INTO tallies (kind, name, word, n)
    VALUES ('dead_letter', '',
            iif(coalesce(NEW.status, 'pending') IN ('pending', 'retried', 'abandoned'), coalesce(NEW.status, 'pending'), 'other'),
            NEW.n)
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n + excluded.n;
END;

CREATE TABLE met_letters (letter_id, status);

CREATE TRIGGER dead_letter_messages_insert_before BEFORE INSERT ON dead_letter_messages
WHEN EXISTS (SELECT 1 FROM dead_letter_messages WHERE id = NEW.id)
BEGIN
    DELETE FROM met_letters;
    INSERT INTO met_letters SELECT id, status FROM dead_letter_messages WHERE id = NEW.id;
END;

CREATE TRIGGER dead_letter_messages_insert AFTER INSERT ON dead_letter_messages
BEGIN
    INSERT INTO tallies (kind, name, word, n)
    VALUES ('dead_letter', '',
            iif(coalesce(NEW.status, 'pending') IN ('pending', 'retried', 'abandoned'), coalesce(NEW.status, 'pending'), 'other'),
            1)
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n + 1;
    UPDATE dead_letter_messages SET status = 'pending' WHERE id = NEW.id AND status IS NULL;
END;

CREATE TRIGGER dead_letter_messages_replaced AFTER INSERT ON dead_letter_messages WHEN EXISTS (SELECT 1 FROM met_letters)
BEGIN
    INSERT INTO letter_changes SELECT status, -1 FROM met_letters WHERE letter_id = NEW.id;
    DELETE FROM met_letters;
END;

CREATE TRIGGER dead_letter_messages_update AFTER UPDATE OF status ON dead_letter_messages
BEGIN
    INSERT INTO letter_changes VALUES (OLD.status, -1), (NEW.status, 1);
    UPDATE dead_letter_messages SET status = 'pending' WHERE id = NEW.id AND status IS NULL;
END;

CREATE TRIGGER dead_letter_messages_key_before BEFORE UPDATE OF id ON dead_letter_messages
BEGIN
    DELETE FROM met_letters;
    INSERT INTO met_letters SELECT id, status FROM dead_letter_messages WHERE id = NEW.id AND id <> OLD.id;
END;

CREATE TRIGGER dead_letter_messages_key AFTER UPDATE OF id ON dead_letter_messages
BEGIN
    INSERT INTO letter_changes SELECT status, -1 FROM met_letters;
    DELETE FROM met_letters;
END;

CREATE TRIGGER dead_letter_messages_delete AFTER DELETE ON dead_letter_messages
BEGIN
    INSERT INTO letter_changes VALUES (OLD.status, -1);
    DELETE FROM met_letters WHERE letter_id = OLD.id;
END;

-- What was counted in other words until now, and what was missed.
UPDATE dead_letter_messages SET status = 'pending' WHERE status IS NULL;
DELETE FROM tallies WHERE kind <> 'hour';
INSERT INTO tallies (kind, name, word, n) SELECT kind, name, word, count(*) FROM task_counts GROUP BY kind, name, word;
INSERT INTO tallies (kind, name, word, n)
SELECT 'dead_letter', '', word, count(*) FROM letter_words GROUP BY word;
