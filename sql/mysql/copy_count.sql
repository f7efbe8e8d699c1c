SELECT count(*) FROM {table} WHERE {span}
