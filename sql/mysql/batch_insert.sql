-- Of two that make the same batch at once, one waits and is refused: it looks again, in a new transaction.
INSERT INTO batches (name, created_at) VALUES (?1, ?2)
