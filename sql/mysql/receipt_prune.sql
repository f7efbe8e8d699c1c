DELETE FROM receipts WHERE token < ?1 ORDER BY token LIMIT ?2
