UPDATE dead_letter_messages SET status = 'pending', retried_at = NULL WHERE id = ?1
