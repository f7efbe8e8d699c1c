SELECT task_func, batch_id, coalesce(status, 'pending'), coalesce(departed > 0 OR error_type = 'unknown', 0),
       coalesce(retry_count < max_retries, 0), count(*)
  FROM queued_tasks
 GROUP BY 1, 2, 3, 4, 5
