-- The columns of a table that is to be taken over, as they are.
SELECT lower(column_name), lower(data_type), character_maximum_length, character_octet_length, column_default, extra
  FROM information_schema.columns
 WHERE table_schema = DATABASE() AND table_name = ?1
 ORDER BY ordinal_position
