INSERT OR FAIL INTO queued_tasks
    (task_name, task_func, args, kwargs, status, created_at, max_retries, retry_count, recipient, content, sender, priority,
     available_at, expires_at, attempt, batch_id, dedupe_key, segments, revision)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10, ?11, ?12, ?13, 0, ?14, ?15, ?16, 1)
ON CONFLICT (dedupe_key) WHERE dedupe_key IS NOT NULL DO NOTHING
