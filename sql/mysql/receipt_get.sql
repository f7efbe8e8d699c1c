SELECT attempt FROM receipts WHERE token = ?1 FOR UPDATE
