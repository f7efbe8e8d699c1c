SELECT t.id, t.task_name, t.task_func, t.args, t.kwargs, t.status, t.worker_id, t.error_message, t.created_at, t.started_at,
       t.completed_at, t.max_retries, t.retry_count, t.recipient, t.content, t.sender, t.priority, t.available_at, t.expires_at,
       t.attempt, b.name, t.dedupe_key, t.error_type, t.provider_message_id, t.segments, t.departed
  FROM queued_tasks AS t LEFT JOIN batches AS b ON b.id = t.batch_id
 WHERE {filter}
 ORDER BY t.id
 LIMIT {limit}
