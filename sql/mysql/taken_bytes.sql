-- A row of which a column holds what is no UTF-8.
SELECT id FROM {table} WHERE NOT (CAST(CONVERT({column} USING utf8mb4) AS BINARY) <=> CAST({column} AS BINARY)) LIMIT 1
