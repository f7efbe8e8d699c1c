-- Another program may have changed the row under the claim: what it counts as is read from the row itself.
-- A task that is dead has no attempt left, in the words that other programs read too: max_retries says so.
UPDATE queued_tasks
   SET status = 'failed', retry_count = retry_count + ?4, error_type = ?6, error_message = ?7,
       available_at = CASE WHEN retry_count + ?4 < max_retries THEN ?5 END,
       max_retries = CASE WHEN ?8 THEN min(max_retries, retry_count + ?4) ELSE max_retries END,
       departed = CASE WHEN ?6 = 'unknown' THEN departed ELSE max(departed - 1, 0) END, revision = revision + 1
 WHERE id = ?1 AND status = 'processing' AND (?2 IS NULL OR coalesce(attempt, 0) = ?2) AND worker_id = ?3
   AND (?9 IS NULL OR started_at = ?9)
RETURNING task_func, batch_id, retry_count < max_retries, departed > 0
