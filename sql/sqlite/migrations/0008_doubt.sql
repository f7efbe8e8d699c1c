-- `unknown` counts every failed task of which any attempt may have arrived, and not only those whose last word is `unknown`:
-- another program may have ended a task that was on the wire, or a later try may have failed for certain. They are the tasks
-- that `retry-failed` leaves alone without --unknown, and the count says so now. What is counted, and how, is as before (0005).

DROP TRIGGER task_changes_insert;
DROP TRIGGER queued_tasks_foreign_update_before;
DROP TRIGGER queued_tasks_foreign_update;
DROP TRIGGER foreign_writes_insert;
DROP TRIGGER foreign_written_insert;
DROP TRIGGER queued_tasks_delete;
DROP VIEW task_changes;
DROP VIEW task_counts;
DROP VIEW task_words;
DROP TABLE met_tasks;

CREATE VIEW task_words AS
SELECT id AS task_id, coalesce(CAST(task_func AS TEXT), '') AS task_func,
       iif(batch_id = CAST(batch_id AS INTEGER), batch_id, NULL) AS batch_id,
       iif(coalesce(status, 'pending') IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled'),
           coalesce(status, 'pending'), 'other') AS word
  FROM queued_tasks
UNION ALL
SELECT id, coalesce(CAST(task_func AS TEXT), ''), iif(batch_id = CAST(batch_id AS INTEGER), batch_id, NULL), 'unknown'
  FROM queued_tasks WHERE status = 'failed' AND (departed > 0 OR error_type = 'unknown')
UNION ALL
SELECT id, coalesce(CAST(task_func AS TEXT), ''), iif(batch_id = CAST(batch_id AS INTEGER), batch_id, NULL), 'retryable'
  FROM queued_tasks WHERE status = 'failed' AND retry_count < max_retries;

CREATE VIEW task_counts AS
SELECT task_id, 'all' AS kind, '' AS name, word FROM task_words
UNION ALL
SELECT task_id, 'lane', task_func, word FROM task_words
UNION ALL
SELECT task_id, 'batch', CAST(batch_id AS TEXT), word FROM task_words WHERE batch_id IS NOT NULL;

CREATE VIEW task_changes AS
SELECT NULL AS task_func, NULL AS batch_id, NULL AS status, NULL AS error_type, NULL AS departed, NULL AS retry_count,
       NULL AS max_retries, 0 AS n;

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
            UNION ALL SELECT 'unknown' WHERE NEW.status = 'failed' AND (NEW.departed > 0 OR NEW.error_type = 'unknown')
            UNION ALL SELECT 'retryable' WHERE NEW.status = 'failed' AND NEW.retry_count < NEW.max_retries) AS standing
     WHERE true
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n + excluded.n;
END;

CREATE TABLE met_tasks (
    task_id, attempt, task_func, batch_id, status, error_type, departed, retry_count, max_retries, counted
);

CREATE TRIGGER queued_tasks_foreign_update_before BEFORE UPDATE OF
    id, status, task_func, batch_id, error_type, departed, retry_count, max_retries, dedupe_key ON queued_tasks
WHEN NEW.revision <= OLD.revision
BEGIN
    INSERT INTO foreign_writes VALUES (OLD.id, NEW.id, NEW.dedupe_key);
END;

CREATE TRIGGER queued_tasks_foreign_update AFTER UPDATE OF
    id, status, task_func, batch_id, error_type, departed, retry_count, max_retries, dedupe_key ON queued_tasks
WHEN NEW.revision <= OLD.revision
BEGIN
    INSERT INTO foreign_written VALUES (OLD.id, NEW.id);
END;

CREATE TRIGGER foreign_writes_insert INSTEAD OF INSERT ON foreign_writes
BEGIN
    DELETE FROM met_tasks;
    INSERT INTO met_tasks
    SELECT id, attempt, task_func, batch_id, status, error_type, departed, retry_count, max_retries, 0
      FROM queued_tasks WHERE id = NEW.old_id
    UNION ALL
    SELECT id, attempt, task_func, batch_id, status, error_type, departed, retry_count, max_retries, 0
      FROM queued_tasks WHERE id = NEW.id AND id IS NOT NEW.old_id
    UNION ALL
    SELECT id, attempt, task_func, batch_id, status, error_type, departed, retry_count, max_retries, 0
      FROM queued_tasks WHERE dedupe_key = NEW.dedupe_key AND id IS NOT NEW.old_id AND id IS NOT NEW.id;
END;

CREATE TRIGGER foreign_written_insert INSTEAD OF INSERT ON foreign_written
BEGIN
    UPDATE queued_tasks SET status = 'pending', revision = revision + 1 WHERE id = NEW.id AND status IS NULL;
    -- An id that the database gives is -1 before the insert: a row with this number was met for nothing.
    DELETE FROM met_tasks
     WHERE task_id IS NOT NEW.old_id AND task_id IS NOT NEW.id
       AND EXISTS (SELECT 1 FROM queued_tasks WHERE id = met_tasks.task_id);
    INSERT INTO task_changes
    SELECT task_func, batch_id, status, error_type, departed, retry_count, max_retries, 1 FROM queued_tasks WHERE id = NEW.id
    UNION ALL
    SELECT task_func, batch_id, status, error_type, departed, retry_count, max_retries, -1 FROM met_tasks WHERE counted = 0;
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
    VALUES (OLD.task_func, OLD.batch_id, OLD.status, OLD.error_type, OLD.departed, OLD.retry_count, OLD.max_retries, -1);
    UPDATE met_tasks SET counted = 1 WHERE task_id = OLD.id;
    DELETE FROM attempts WHERE task_id = OLD.id;
    -- The application's table may give the id again: its letter must not send another task.
    UPDATE dead_letter_messages SET task_id = NULL WHERE message_id = OLD.id AND task_id = OLD.id;
END;

-- Only the word `unknown` has another meaning: the index of failed tasks leads to those that count as it.
DELETE FROM tallies WHERE kind IN ('all', 'lane', 'batch') AND word = 'unknown';
WITH in_doubt AS MATERIALIZED (
    SELECT coalesce(CAST(task_func AS TEXT), '') AS task_func,
           iif(batch_id = CAST(batch_id AS INTEGER), batch_id, NULL) AS batch_id
      FROM queued_tasks
     WHERE status = 'failed' AND (departed > 0 OR error_type = 'unknown')
)
INSERT INTO tallies (kind, name, word, n)
SELECT 'all', '', 'unknown', count(*) FROM in_doubt HAVING count(*) > 0
UNION ALL
SELECT 'lane', task_func, 'unknown', count(*) FROM in_doubt GROUP BY task_func
UNION ALL
SELECT 'batch', CAST(batch_id AS TEXT), 'unknown', count(*) FROM in_doubt WHERE batch_id IS NOT NULL GROUP BY batch_id;
