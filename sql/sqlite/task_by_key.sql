SELECT id, status FROM queued_tasks WHERE dedupe_key = ?1
