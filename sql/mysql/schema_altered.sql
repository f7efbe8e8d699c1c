-- The columns of these tables, as they are.
SELECT table_name, column_name, column_type, data_type, character_maximum_length, coalesce(collation_name, ''),
       is_nullable = 'YES', column_default,
       extra LIKE '%STORED GENERATED%' OR extra LIKE '%VIRTUAL GENERATED%' OR extra LIKE '%PERSISTENT%'
  FROM information_schema.columns
 WHERE table_schema = DATABASE() AND table_name IN ({tables})
 ORDER BY table_name, ordinal_position
