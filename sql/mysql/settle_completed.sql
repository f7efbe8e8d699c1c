-- All that ended well at once; the rows are locked, and their fences were looked at.
UPDATE queued_tasks FORCE INDEX (PRIMARY)
   SET status = 'completed', completed_at = ?1, provider_message_id = left(CASE id {provider_message_ids} END, 255),
       error_message = NULL, error_type = NULL, revision = revision + 1
 WHERE id IN ({ids})
