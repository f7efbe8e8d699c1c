-- All that have not ended or hold tasks, and of the others those that ended last.
SELECT w.id, w.host, w.boot_id, w.pid, w.pid_started, w.senders, w.version, w.started_at, w.heartbeat_at, w.ended_at,
       (SELECT count(*) FROM queued_tasks AS t INDEXED BY queued_tasks_processing
         WHERE t.status = 'processing' AND t.worker_id = w.id),
       w.counters
  FROM workers AS w
 WHERE w.id IN (SELECT id FROM workers WHERE ended_at IS NULL
                UNION ALL
                SELECT worker_id FROM queued_tasks INDEXED BY queued_tasks_processing
                 WHERE status = 'processing' AND worker_id IS NOT NULL
                UNION ALL
                SELECT id FROM (SELECT id FROM workers WHERE ended_at IS NOT NULL AND ended_at >= ?1
                                 ORDER BY ended_at DESC
                                 LIMIT 1000))
 ORDER BY w.id DESC
