SELECT {key} FROM {table} WHERE {span} ORDER BY {backwards} LIMIT 1
