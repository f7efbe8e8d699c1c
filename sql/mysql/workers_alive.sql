SELECT w.id, w.host, w.boot_id, w.pid, w.pid_started, w.senders, w.version, w.started_at, w.heartbeat_at, w.ended_at, 0,
       w.counters
  FROM workers AS w
 WHERE w.ended_at IS NULL AND w.heartbeat_at >= ?1
 ORDER BY w.id
