-- The state that it expects was read in this transaction, which has been the only writer since its beginning.
UPDATE queued_tasks SET status = ?2, available_at = ?3, revision = revision + 1 WHERE id = ?1
