-- What the server computes by itself is not copied.
SELECT column_name, data_type, column_type, character_maximum_length, extra
  FROM information_schema.columns
 WHERE table_schema = DATABASE() AND table_name = ?1 AND extra NOT LIKE '%GENERATED%'
 ORDER BY ordinal_position
