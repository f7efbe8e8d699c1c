-- `lock` is empty for a look, and FOR UPDATE for the tasks that are about to be changed.
SELECT t.id, t.status, t.task_func, t.batch_id, coalesce(t.departed > 0 OR t.error_type = 'unknown', 0), t.retry_count < t.max_retries,
       t.available_at
  FROM queued_tasks AS t LEFT JOIN batches AS b ON b.id = t.batch_id
 WHERE ({filter}) AND ({eligible})
 ORDER BY t.id
 LIMIT {limit}
{lock}
