UPDATE workers SET heartbeat_at = ?2, counters = ?3 WHERE id = ?1 AND ended_at IS NULL
