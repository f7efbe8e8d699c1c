UPDATE queued_tasks FORCE INDEX (PRIMARY) SET stranded = stranded + 1, revision = revision + 1 WHERE id IN ({ids})
