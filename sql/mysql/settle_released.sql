-- All that never left at once; the rows are locked, and their fences were looked at.
-- `claim_order` of a pending task is `-priority`, which the lowest priority has not.
UPDATE queued_tasks FORCE INDEX (PRIMARY)
   SET status = 'pending', priority = greatest(priority, -32767), started_at = NULL, departed = greatest(departed - 1, 0),
       revision = revision + 1
 WHERE id IN ({ids})
