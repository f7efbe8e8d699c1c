-- The indexes are named: without statistics the planner would rather read and sort every failed task.
-- A scheduled task without a time is another program's, and due at once.
SELECT id, status, task_func, batch_id, coalesce(departed > 0 OR error_type = 'unknown', 0), retry_count < max_retries, max_retries,
       status = 'failed' AND EXISTS (SELECT 1 FROM dead_letter_messages AS letter
                                      WHERE letter.message_id = due.id AND letter.task_id = due.id AND letter.status = 'pending')
  FROM (SELECT * FROM (SELECT id, status, task_func, batch_id, error_type, departed, retry_count, max_retries
                         FROM queued_tasks INDEXED BY queued_tasks_scheduled
                        WHERE status = 'scheduled' AND available_at IS NULL
                        LIMIT ?2)
        UNION ALL
        SELECT * FROM (SELECT id, status, task_func, batch_id, error_type, departed, retry_count, max_retries
                         FROM queued_tasks INDEXED BY queued_tasks_scheduled
                        WHERE status = 'scheduled' AND available_at <= ?1
                        ORDER BY available_at
                        LIMIT ?2)
        UNION ALL
        SELECT * FROM (SELECT id, status, task_func, batch_id, error_type, departed, retry_count, max_retries
                         FROM queued_tasks INDEXED BY queued_tasks_retry
                        WHERE status = 'failed' AND available_at IS NOT NULL AND available_at <= ?1
                        ORDER BY available_at
                        LIMIT ?3)) AS due
