SELECT 'table', table_name
  FROM information_schema.tables
 WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
UNION ALL
SELECT DISTINCT 'index', index_name
  FROM information_schema.statistics
 WHERE table_schema = DATABASE()
UNION ALL
SELECT 'trigger', trigger_name
  FROM information_schema.triggers
 WHERE trigger_schema = DATABASE()
