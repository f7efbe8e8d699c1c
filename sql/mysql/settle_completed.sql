-- All that ended well at once. Either the rows are locked and their fences were looked at, or `condition` looks at the fences: then the
-- number of rows that it finds tells whether all of them hold.
UPDATE queued_tasks FORCE INDEX (PRIMARY)
   SET status = 'completed', completed_at = {now}, provider_message_id = left(elt(interval(id, {ids}), {provider_message_ids}), 255),
       error_message = NULL, error_type = NULL, revision = revision + 1
 WHERE id IN ({ids}) {condition}
