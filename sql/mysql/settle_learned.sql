-- An outcome that was unknown is known: it certainly did not go out. The attempt was counted when it was given up for unknown.
UPDATE queued_tasks
   SET available_at = CASE WHEN retry_count < max_retries THEN ?2 END, error_type = ?3, error_message = ?4,
       max_retries = CASE WHEN ?5 THEN least(max_retries, retry_count) ELSE max_retries END,
       departed = greatest(departed - 1, 0), revision = revision + 1
 WHERE id = ?1
