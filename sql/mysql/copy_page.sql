-- `group` is there for the hours alone, which every worker counts in a row of its own.
SELECT {columns} FROM {table} WHERE {span} {group} ORDER BY {key} LIMIT {limit}
