-- The indexes of these names, as they are. Where a unique one has only the first bytes of a column, their number stands behind it; for
-- the others these are enough. `hidden`: the server keeps the index, and does not read it. `table`: where one table is meant, so that the
-- server does not open all that the application has.
SELECT index_name, table_name, max(non_unique) = 0, max({hidden}),
       group_concat(concat(coalesce(column_name, '?'), if(non_unique = 0, coalesce(concat('(', sub_part, ')'), ''), ''))
                    ORDER BY seq_in_index SEPARATOR ', ')
  FROM information_schema.statistics
 WHERE table_schema = DATABASE() {table} AND index_name IN ({indexes})
 GROUP BY index_name, table_name
