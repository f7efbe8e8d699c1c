-- Views and triggers run in the library of whoever writes: `iif` is known since SQLite 3.32 only, and an application with an older
-- one could write no row any more. What they count, and how, is as before (0005, 0008). What somebody took away comes back here.

DROP TRIGGER IF EXISTS task_changes_insert;
DROP TRIGGER IF EXISTS letter_changes_insert;
DROP TRIGGER IF EXISTS dead_letter_messages_insert;
DROP VIEW IF EXISTS task_words;
DROP VIEW IF EXISTS letter_words;

CREATE VIEW task_words AS
SELECT id AS task_id, coalesce(CAST(task_func AS TEXT), '') AS task_func,
       CASE WHEN batch_id = CAST(batch_id AS INTEGER) THEN batch_id END AS batch_id,
       CASE WHEN coalesce(status, 'pending') IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled')
            THEN coalesce(status, 'pending') ELSE 'other' END AS word
  FROM queued_tasks
UNION ALL
SELECT id, coalesce(CAST(task_func AS TEXT), ''), CASE WHEN batch_id = CAST(batch_id AS INTEGER) THEN batch_id END, 'unknown'
  FROM queued_tasks WHERE status = 'failed' AND (departed > 0 OR error_type = 'unknown')
UNION ALL
SELECT id, coalesce(CAST(task_func AS TEXT), ''), CASE WHEN batch_id = CAST(batch_id AS INTEGER) THEN batch_id END, 'retryable'
  FROM queued_tasks WHERE status = 'failed' AND retry_count < max_retries;

CREATE TRIGGER task_changes_insert INSTEAD OF INSERT ON task_changes
BEGIN
    INSERT INTO tallies (kind, name, word, n)
    SELECT place.kind, place.name, standing.word, NEW.n
      FROM (SELECT 'all' AS kind, '' AS name
            UNION ALL SELECT 'lane', coalesce(CAST(NEW.task_func AS TEXT), '')
            UNION ALL SELECT 'batch', CAST(NEW.batch_id AS TEXT) WHERE NEW.batch_id = CAST(NEW.batch_id AS INTEGER)) AS place
     CROSS JOIN
           (SELECT CASE WHEN coalesce(NEW.status, 'pending')
                             IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled')
                        THEN coalesce(NEW.status, 'pending') ELSE 'other' END AS word
            UNION ALL SELECT 'unknown' WHERE NEW.status = 'failed' AND (NEW.departed > 0 OR NEW.error_type = 'unknown')
            UNION ALL SELECT 'retryable' WHERE NEW.status = 'failed' AND NEW.retry_count < NEW.max_retries) AS standing
     WHERE true
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n + excluded.n;
END;

CREATE VIEW letter_words AS
SELECT id AS letter_id,
       CASE WHEN coalesce(status, 'pending') IN ('pending', 'retried', 'abandoned') THEN coalesce(status, 'pending')
            ELSE 'other' END AS word
  FROM dead_letter_messages;

CREATE TRIGGER letter_changes_insert INSTEAD OF INSERT ON letter_changes
BEGIN
    INSERT INTO tallies (kind, name, word, n)
    VALUES ('dead_letter', '',
            CASE WHEN coalesce(NEW.status, 'pending') IN ('pending', 'retried', 'abandoned') THEN coalesce(NEW.status, 'pending')
                 ELSE 'other' END,
            NEW.n)
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n + excluded.n;
END;

CREATE TRIGGER dead_letter_messages_insert AFTER INSERT ON dead_letter_messages
BEGIN
    INSERT INTO tallies (kind, name, word, n)
    VALUES ('dead_letter', '',
            CASE WHEN coalesce(NEW.status, 'pending') IN ('pending', 'retried', 'abandoned') THEN coalesce(NEW.status, 'pending')
                 ELSE 'other' END,
            1)
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n + 1;
    UPDATE dead_letter_messages SET status = 'pending' WHERE id = NEW.id AND status IS NULL;
END;
