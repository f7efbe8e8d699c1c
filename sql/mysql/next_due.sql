SELECT (SELECT min(available_at) FROM queued_tasks FORCE INDEX (queued_tasks_due)
         WHERE status = 'scheduled' AND available_at IS NOT NULL),
       (SELECT min(available_at) FROM queued_tasks FORCE INDEX (queued_tasks_due)
         WHERE status = 'failed' AND available_at IS NOT NULL)
