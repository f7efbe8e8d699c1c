UPDATE dead_letter_messages
   SET status = ?2, retried_at = coalesce(?3, retried_at), revision = revision + 1
 WHERE id = ?1 AND status = 'pending'
