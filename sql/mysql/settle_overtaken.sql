-- A task whose claim no longer holds, and what is known of the attempt whose end comes now.
SELECT t.status, coalesce(t.attempt, 0), t.worker_id, t.task_func, t.batch_id, coalesce(t.error_type = 'unknown', 0),
       coalesce(t.retry_count < t.max_retries, 0), t.started_at IS NOT NULL,
       (SELECT a.outcome FROM attempts AS a WHERE a.task_id = t.id AND a.attempt = ?2),
       t.departed,
       t.created_at, t.started_at, t.recipient, t.content, t.sender, t.args, t.kwargs
  FROM queued_tasks AS t
 WHERE t.id = ?1
