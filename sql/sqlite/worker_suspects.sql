-- Those that have not ended, and those that ended with tasks in their hands. Ended ones are many in time: they are not read.
SELECT w.id, w.host, w.boot_id, w.pid, w.pid_started, w.senders, w.version, w.started_at, w.heartbeat_at, w.ended_at, 0,
       w.counters
  FROM workers AS w
 WHERE w.id IN (SELECT id FROM workers WHERE ended_at IS NULL
                UNION ALL
                SELECT worker_id FROM queued_tasks INDEXED BY queued_tasks_processing
                 WHERE status = 'processing' AND worker_id IS NOT NULL)
 ORDER BY w.id
