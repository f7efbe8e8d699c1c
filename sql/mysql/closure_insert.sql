INSERT INTO closures (id, why, other, token, closed_at) VALUES (1, ?1, ?2, ?3, ?4)
