-- All tasks of a page that go to one state; the rows are locked.
-- `claim_order` of a pending task is `-priority`, which the lowest priority has not.
UPDATE queued_tasks FORCE INDEX (PRIMARY)
   SET status = ?1, priority = greatest(priority, -32767), available_at = if(?2, available_at, NULL), revision = revision + 1
 WHERE id IN ({ids})
