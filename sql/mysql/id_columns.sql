-- The column `id` of the tables that other programs may have made: its type, whether the server numbers by it, and whether it
-- tells the rows apart by itself.
SELECT c.table_name, c.column_type, c.extra LIKE '%auto_increment%',
       c.table_name IN (SELECT s.table_name
                          FROM information_schema.statistics s
                         WHERE s.table_schema = DATABASE() AND s.table_name IN ('queued_tasks', 'dead_letter_messages')
                           AND s.non_unique = 0
                         GROUP BY s.table_name, s.index_name
                        HAVING count(*) = 1 AND max(s.column_name) = 'id')
  FROM information_schema.columns c
 WHERE c.table_schema = DATABASE() AND c.table_name IN ('queued_tasks', 'dead_letter_messages') AND c.column_name = 'id'
 ORDER BY c.table_name
