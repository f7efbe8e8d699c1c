SELECT count({rows}) FROM {table} WHERE {span}
