SELECT {columns} FROM {table} WHERE {span} ORDER BY {key} LIMIT {limit}
