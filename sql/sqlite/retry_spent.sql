-- What it counts under stays as it is.
UPDATE queued_tasks SET available_at = NULL, revision = revision + 1 WHERE id = ?1 AND status = 'failed'
