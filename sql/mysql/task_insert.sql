-- Many at once: `rows` has these columns in their order. Keys that are there already were sorted out before; one that comes in
-- meanwhile, or was not looked for, fails the whole transaction, whose next try finds it.
INSERT INTO queued_tasks
    (task_name, task_func, args, kwargs, status, created_at, max_retries, retry_count, recipient, content, sender, priority,
     available_at, expires_at, attempt, batch_id, dedupe_key, segments, revision)
VALUES {rows}
