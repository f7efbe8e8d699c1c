-- The claim came back unsent. `started_at` tells whether this has been said before.
UPDATE queued_tasks SET departed = greatest(departed - 1, 0), started_at = NULL, revision = revision + 1 WHERE id = ?1
