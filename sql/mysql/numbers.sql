-- Of a table to which other programs add rows: the highest number of a row, the highest that was ever given, as far as the server
-- tells, and the type that it must fit in.
SELECT t.table_name, (SELECT max(id) FROM {table}), greatest(coalesce(t.auto_increment, 1), 1) - 1, c.column_type
  FROM information_schema.tables t
  JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
 WHERE t.table_schema = DATABASE() AND t.table_name = '{table}' AND c.column_name = 'id'
