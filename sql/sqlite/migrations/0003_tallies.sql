-- Exact counts, so that `stats` never counts rows. smsctl adds up its own changes, one update per transaction and count.
-- Changes by other programs are counted by the triggers, which skip smsctl's own writes by one comparison.
--
-- kind, name: 'all' and ''; 'lane' and task_func; 'batch' and the batch's id; 'hour' and the UTC hour; 'dead_letter' and ''.
-- word: a status; for tasks also 'unknown' and 'retryable', the two parts of 'failed' that operators act on.

CREATE TABLE tallies (
    kind TEXT    NOT NULL,
    name TEXT    NOT NULL,
    word TEXT    NOT NULL,
    -- Never NULL, but not said so: with a constraint here every statement on a table with our triggers would keep a journal
    -- of the pages that it changes, in case that one of them breaks it.
    n    INTEGER,
    PRIMARY KEY (kind, name, word)
) WITHOUT ROWID;

-- What each task counts as. The triggers and the recount read it, so that they cannot differ.
CREATE VIEW task_words AS
SELECT id AS task_id, task_func, batch_id, status AS word FROM queued_tasks
UNION ALL
SELECT id, task_func, batch_id, 'unknown' FROM queued_tasks WHERE status = 'failed' AND error_type = 'unknown'
UNION ALL
SELECT id, task_func, batch_id, 'retryable' FROM queued_tasks WHERE status = 'failed' AND retry_count < max_retries;

CREATE VIEW task_counts AS
SELECT task_id, 'all' AS kind, '' AS name, word FROM task_words
UNION ALL
SELECT task_id, 'lane', task_func, word FROM task_words
UNION ALL
SELECT task_id, 'batch', CAST(batch_id AS TEXT), word FROM task_words WHERE batch_id IS NOT NULL;

CREATE TRIGGER queued_tasks_foreign_insert AFTER INSERT ON queued_tasks WHEN NEW.attempt IS NULL
BEGIN
    UPDATE queued_tasks
       SET attempt = 0, revision = revision + 1, status = coalesce(status, 'pending'),
           created_at = coalesce(created_at, strftime('%Y-%m-%d %H:%M:%f000', 'now')),
           max_retries = coalesce(max_retries, 3), retry_count = coalesce(retry_count, 0)
     WHERE id = NEW.id;
    INSERT INTO tallies (kind, name, word, n)
    SELECT kind, name, word, 1 FROM task_counts WHERE task_id = NEW.id
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER queued_tasks_foreign_update_before
BEFORE UPDATE OF id, status, task_func, batch_id, error_type, retry_count, max_retries ON queued_tasks
WHEN NEW.revision = OLD.revision
BEGIN
    INSERT INTO tallies (kind, name, word, n)
    SELECT kind, name, word, -1 FROM task_counts WHERE task_id = OLD.id
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n - 1;
END;

CREATE TRIGGER queued_tasks_foreign_update_after
AFTER UPDATE OF id, status, task_func, batch_id, error_type, retry_count, max_retries ON queued_tasks
WHEN NEW.revision = OLD.revision
BEGIN
    INSERT INTO tallies (kind, name, word, n)
    SELECT kind, name, word, 1 FROM task_counts WHERE task_id = NEW.id
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER queued_tasks_delete BEFORE DELETE ON queued_tasks
BEGIN
    INSERT INTO tallies (kind, name, word, n)
    SELECT kind, name, word, -1 FROM task_counts WHERE task_id = OLD.id
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n - 1;
    DELETE FROM attempts WHERE task_id = OLD.id;
    -- The application's table may give the id again: its letter must not send another task.
    UPDATE dead_letter_messages SET task_id = NULL WHERE message_id = OLD.id AND task_id = OLD.id;
END;

CREATE TRIGGER dead_letter_messages_insert AFTER INSERT ON dead_letter_messages
BEGIN
    INSERT INTO tallies (kind, name, word, n) VALUES ('dead_letter', '', coalesce(NEW.status, 'pending'), 1)
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n + 1;
    UPDATE dead_letter_messages SET status = 'pending' WHERE id = NEW.id AND status IS NULL;
END;

CREATE TRIGGER dead_letter_messages_update AFTER UPDATE OF status ON dead_letter_messages
BEGIN
    INSERT INTO tallies (kind, name, word, n) VALUES ('dead_letter', '', coalesce(OLD.status, 'pending'), -1)
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n - 1;
    INSERT INTO tallies (kind, name, word, n) VALUES ('dead_letter', '', coalesce(NEW.status, 'pending'), 1)
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER dead_letter_messages_delete AFTER DELETE ON dead_letter_messages
BEGIN
    INSERT INTO tallies (kind, name, word, n) VALUES ('dead_letter', '', coalesce(OLD.status, 'pending'), -1)
        ON CONFLICT (kind, name, word) DO UPDATE SET n = n - 1;
END;

INSERT INTO tallies (kind, name, word, n) SELECT kind, name, word, count(*) FROM task_counts GROUP BY kind, name, word;
INSERT INTO tallies (kind, name, word, n)
SELECT 'dead_letter', '', coalesce(status, 'pending'), count(*) FROM dead_letter_messages GROUP BY 3;
