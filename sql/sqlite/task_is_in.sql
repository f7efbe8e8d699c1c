-- By the row itself, whatever an index says.
SELECT EXISTS (SELECT 1 FROM queued_tasks NOT INDEXED WHERE id = ?1 AND coalesce(status, 'pending') = ?2)
