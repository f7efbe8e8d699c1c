UPDATE queued_tasks SET available_at = ?3, revision = revision + 1 WHERE id = ?1 AND status = 'failed' AND started_at > ?2 AND available_at > ?2
