SELECT w.id, w.host, w.boot_id, w.pid, w.pid_started, w.senders, w.version, w.started_at, w.heartbeat_at, w.ended_at,
       coalesce(held.n, 0), w.counters
  FROM workers AS w
  LEFT JOIN (SELECT worker_id, count(*) AS n
               FROM queued_tasks FORCE INDEX (queued_tasks_status)
              WHERE status = 'processing'
              GROUP BY worker_id) AS held ON held.worker_id = w.id
 WHERE w.ended_at IS NULL OR w.ended_at >= ?1
 ORDER BY w.id DESC
 LIMIT 1000
