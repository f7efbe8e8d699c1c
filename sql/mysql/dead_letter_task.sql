SELECT task_func, batch_id, coalesce(error_type = 'unknown', 0), retry_count < max_retries,
       departed > 0 OR coalesce(error_type = 'unknown', 0), coalesce(expires_at <= ?2, 0)
  FROM queued_tasks
 WHERE id = ?1 AND status = 'failed'
   FOR UPDATE
