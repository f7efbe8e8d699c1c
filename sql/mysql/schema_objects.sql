SELECT 'table', table_name
  FROM information_schema.tables
 WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
UNION ALL
-- A trigger goes with its table: of one that was renamed away it counts nothing here.
SELECT 'trigger', trigger_name
  FROM information_schema.triggers
 WHERE trigger_schema = DATABASE()
   AND trigger_name LIKE concat(event_object_table, '!_%') ESCAPE '!'
