SELECT min(due)
  FROM (SELECT min(available_at) AS due FROM queued_tasks INDEXED BY queued_tasks_scheduled WHERE status = 'scheduled'
        UNION ALL
        SELECT min(available_at) FROM queued_tasks INDEXED BY queued_tasks_retry
         WHERE status = 'failed' AND available_at IS NOT NULL)
