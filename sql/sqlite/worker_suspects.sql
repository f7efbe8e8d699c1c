-- Those that have not ended, and those that ended with tasks in their hands.
SELECT w.id, w.host, w.boot_id, w.pid, w.pid_started, w.senders, w.version, w.started_at, w.heartbeat_at, w.ended_at, 0
  FROM workers AS w
 WHERE w.ended_at IS NULL
    OR w.id IN (SELECT t.worker_id FROM queued_tasks AS t WHERE t.status = 'processing' AND t.worker_id IS NOT NULL)
 ORDER BY w.id
