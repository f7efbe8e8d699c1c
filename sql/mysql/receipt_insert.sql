INSERT INTO receipts (token) VALUES (?1); COMMIT
