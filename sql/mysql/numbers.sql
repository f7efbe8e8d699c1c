-- Of the tables to which other programs add rows: the highest number of a row, the highest that was ever given, as far as the
-- server tells, and the type that it must fit in.
SELECT t.table_name,
       CASE t.table_name WHEN 'queued_tasks' THEN (SELECT max(id) FROM queued_tasks)
                         ELSE (SELECT max(id) FROM dead_letter_messages) END,
       least(coalesce(t.auto_increment, 1) - 1, 9223372036854775807),
       c.column_type
  FROM information_schema.tables t
  JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
 WHERE t.table_schema = DATABASE() AND t.table_name IN ('queued_tasks', 'dead_letter_messages') AND c.column_name = 'id'
