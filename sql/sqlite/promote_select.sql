-- The indexes are named: without statistics the planner would rather read and sort every failed task.
SELECT id, status, task_func, batch_id, coalesce(departed > 0 OR error_type = 'unknown', 0), retry_count < max_retries
  FROM (SELECT * FROM (SELECT id, status, task_func, batch_id, error_type, departed, retry_count, max_retries
                         FROM queued_tasks INDEXED BY queued_tasks_scheduled
                        WHERE status = 'scheduled' AND available_at <= ?1
                        ORDER BY available_at
                        LIMIT ?2)
        UNION ALL
        SELECT * FROM (SELECT id, status, task_func, batch_id, error_type, departed, retry_count, max_retries
                         FROM queued_tasks INDEXED BY queued_tasks_retry
                        WHERE status = 'failed' AND available_at IS NOT NULL AND available_at <= ?1
                        ORDER BY available_at
                        LIMIT ?3))
