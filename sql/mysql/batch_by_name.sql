SELECT id FROM batches WHERE name = ?1
