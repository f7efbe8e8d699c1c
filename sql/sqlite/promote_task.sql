UPDATE queued_tasks SET status = 'pending', available_at = NULL, revision = revision + 1 WHERE id = ?1 AND status = ?2
