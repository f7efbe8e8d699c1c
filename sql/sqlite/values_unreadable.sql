-- What another program wrote where something else belongs, by column: how many tasks, and the first of them. One look at each row.
SELECT total(available_at IS NOT NULL AND (typeof(available_at) <> 'text' OR julianday(available_at) IS NULL)),
       min(iif(available_at IS NOT NULL AND (typeof(available_at) <> 'text' OR julianday(available_at) IS NULL), id, NULL)),
       total(expires_at IS NOT NULL AND (typeof(expires_at) <> 'text' OR julianday(expires_at) IS NULL)),
       min(iif(expires_at IS NOT NULL AND (typeof(expires_at) <> 'text' OR julianday(expires_at) IS NULL), id, NULL)),
       total(created_at IS NOT NULL AND (typeof(created_at) <> 'text' OR julianday(created_at) IS NULL)),
       min(iif(created_at IS NOT NULL AND (typeof(created_at) <> 'text' OR julianday(created_at) IS NULL), id, NULL)),
       total(typeof(priority) <> 'integer'), min(iif(typeof(priority) <> 'integer', id, NULL)),
       total(typeof(retry_count) NOT IN ('integer', 'null')), min(iif(typeof(retry_count) NOT IN ('integer', 'null'), id, NULL)),
       total(typeof(max_retries) NOT IN ('integer', 'null')), min(iif(typeof(max_retries) NOT IN ('integer', 'null'), id, NULL)),
       total(typeof(batch_id) NOT IN ('integer', 'null')), min(iif(typeof(batch_id) NOT IN ('integer', 'null'), id, NULL)),
       total(typeof(task_func) <> 'text'), min(iif(typeof(task_func) <> 'text', id, NULL)),
       total(typeof(recipient) = 'blob'), min(iif(typeof(recipient) = 'blob', id, NULL)),
       total(typeof(content) = 'blob'), min(iif(typeof(content) = 'blob', id, NULL)),
       total(typeof(args) = 'blob' OR typeof(kwargs) = 'blob'), min(iif(typeof(args) = 'blob' OR typeof(kwargs) = 'blob', id, NULL))
  FROM queued_tasks
