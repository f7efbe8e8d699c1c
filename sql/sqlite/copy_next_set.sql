UPDATE sqlite_sequence SET seq = ?2 - 1 WHERE name = ?1
