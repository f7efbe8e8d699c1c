-- The attempt may have gone out, and another program has put a row in its place that does not say so.
UPDATE queued_tasks SET departed = max(departed, 1), revision = revision + 1 WHERE id = ?1
