-- The key that ends a page of a table; none: the rest is less than a page.
SELECT {key} FROM {table} WHERE {key} > ?1 ORDER BY {key} LIMIT 1 OFFSET {rows}
