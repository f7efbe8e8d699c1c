SELECT type, name, coalesce(sql, '')
  FROM sqlite_master
 WHERE type IN ('table', 'index', 'trigger', 'view') AND name NOT LIKE 'sqlite_%'
 ORDER BY type, name
