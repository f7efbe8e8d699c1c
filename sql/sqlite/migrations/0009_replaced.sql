-- A row that another program puts in the place of one whose message may be on the wire, and that says something else, is another
-- message: the answer to the old one does not end it, whatever else of the old row stands in it. Only what other programs put in
-- is compared: a claim and its end cost what they did.

DROP TRIGGER foreign_writes_insert;
DROP TRIGGER foreign_inserts_insert;

ALTER TABLE met_tasks ADD COLUMN started_at;
ALTER TABLE met_tasks ADD COLUMN recipient;
ALTER TABLE met_tasks ADD COLUMN content;
ALTER TABLE met_tasks ADD COLUMN sender;
ALTER TABLE met_tasks ADD COLUMN args;
ALTER TABLE met_tasks ADD COLUMN kwargs;

-- What it says is noted of a row that is replaced under its own id, and of no other.
CREATE TRIGGER foreign_writes_insert INSTEAD OF INSERT ON foreign_writes
BEGIN
    DELETE FROM met_tasks;
    INSERT INTO met_tasks (task_id, attempt, task_func, batch_id, status, error_type, departed, retry_count, max_retries, counted)
    SELECT id, attempt, task_func, batch_id, status, error_type, departed, retry_count, max_retries, 0
      FROM queued_tasks WHERE id = NEW.old_id
    UNION ALL
    SELECT id, attempt, task_func, batch_id, status, error_type, departed, retry_count, max_retries, 0
      FROM queued_tasks WHERE dedupe_key = NEW.dedupe_key AND id IS NOT NEW.old_id AND id IS NOT NEW.id;
    INSERT INTO met_tasks
    SELECT id, attempt, task_func, batch_id, status, error_type, departed, retry_count, max_retries, 0,
           started_at, recipient, content, sender, args, kwargs
      FROM queued_tasks WHERE id = NEW.id AND id IS NOT NEW.old_id;
END;

-- The fence of a row that is replaced goes on in the new one: an answer to the old message settles nothing of the new one. It goes
-- one further where the new one says something else. If that has the claim of the old one, the old one may have arrived as it.
CREATE TRIGGER foreign_inserts_insert INSTEAD OF INSERT ON foreign_inserts
BEGIN
    UPDATE queued_tasks
       SET attempt = coalesce((SELECT max(attempt) FROM met_tasks WHERE task_id = NEW.id), 0), revision = revision + 2,
           status = coalesce(status, 'pending'), created_at = coalesce(created_at, strftime('%Y-%m-%d %H:%M:%f000', 'now')),
           max_retries = coalesce(max_retries, 3), retry_count = coalesce(retry_count, 0)
     WHERE id = NEW.id;
    UPDATE queued_tasks
       SET attempt = attempt + 1, revision = revision + 1,
           departed = max(departed, coalesce((SELECT max(old.departed) FROM met_tasks AS old
                                               WHERE old.task_id = NEW.id AND old.started_at IS queued_tasks.started_at), 0))
     WHERE id = NEW.id
       AND EXISTS (SELECT 1 FROM met_tasks AS old
                    WHERE old.task_id = NEW.id AND old.departed > 0
                      AND NOT (old.recipient IS queued_tasks.recipient AND old.content IS queued_tasks.content
                               AND old.sender IS queued_tasks.sender AND old.args IS queued_tasks.args
                               AND old.kwargs IS queued_tasks.kwargs));
    INSERT INTO foreign_written VALUES (NULL, NEW.id);
END;
