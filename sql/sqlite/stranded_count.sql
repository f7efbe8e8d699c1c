UPDATE queued_tasks SET stranded = stranded + 1, revision = revision + 1 WHERE id = ?1
