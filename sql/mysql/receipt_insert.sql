INSERT INTO receipts (token, attempt) VALUES (?1, ?2); COMMIT
