-- A row of which a column has more characters than smsctl's.
SELECT id, char_length({column}) FROM {table} WHERE char_length({column}) > ?1 LIMIT 1
