SELECT id, status, dedupe_key FROM queued_tasks WHERE dedupe_key IN ({keys})
