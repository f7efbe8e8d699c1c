SELECT sum(data_length + index_length)
  FROM information_schema.tables
 WHERE table_schema = DATABASE()
