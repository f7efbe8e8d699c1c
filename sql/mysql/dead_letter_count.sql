SELECT count(*) FROM (SELECT 1 FROM dead_letter_messages WHERE {filter} LIMIT {limit}) AS found
