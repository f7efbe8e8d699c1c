-- The number that the next row of a table gets, as far as the server tells, and the type that it must fit in.
SELECT t.auto_increment, c.column_type
  FROM information_schema.tables t
  JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
 WHERE t.table_schema = DATABASE() AND t.table_name = ?1 AND c.column_name = 'id'
