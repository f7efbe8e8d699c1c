UPDATE dead_letter_messages SET status = 'pending', retried_at = NULL, revision = revision + 1 WHERE id = ?1
