UPDATE queued_tasks SET status = ?2, available_at = ?3, revision = revision + 1 WHERE id = ?1
