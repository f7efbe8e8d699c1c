-- Columns that keep times less exactly, or texts in other letters or another order, than smsctl made them. Of a table that other
-- programs share, not all are smsctl's.
SELECT table_name, column_name, column_type, coalesce(collation_name, ''), is_nullable, column_default
  FROM information_schema.columns
 WHERE table_schema = DATABASE() AND table_name IN ({tables})
   AND (data_type IN ('datetime', 'timestamp', 'date', 'time') AND column_type <> 'datetime(6)'
        OR collation_name <> 'utf8mb4_bin')
 ORDER BY table_name, ordinal_position
