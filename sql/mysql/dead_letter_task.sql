SELECT task_func, batch_id, coalesce(departed > 0 OR error_type = 'unknown', 0), retry_count < max_retries,
       coalesce(expires_at <= ?2, 0)
  FROM queued_tasks
 WHERE id = ?1 AND status = 'failed'
   FOR UPDATE
