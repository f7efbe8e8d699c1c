SELECT count(*) FROM workers WHERE ended_at IS NULL AND heartbeat_at >= ?1
