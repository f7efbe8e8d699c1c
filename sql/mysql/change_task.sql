-- All tasks of a page that go to one state; the rows are locked.
UPDATE queued_tasks FORCE INDEX (PRIMARY)
   SET status = ?1, available_at = if(?2, available_at, NULL), revision = revision + 1
 WHERE id IN ({ids})
