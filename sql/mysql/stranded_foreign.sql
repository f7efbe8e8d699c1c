SELECT count(*), min(t.id)
  FROM queued_tasks AS t
 WHERE t.status = 'processing'
   AND (t.worker_id IS NULL OR NOT EXISTS (SELECT 1 FROM workers AS w WHERE w.id = t.worker_id))
