INSERT INTO lanes (lane, closed_until, closed_reason) VALUES (?1, ?2, ?3)
    ON DUPLICATE KEY UPDATE
       closed_reason = if(closed_until IS NULL OR closed_until < VALUES(closed_until), VALUES(closed_reason), closed_reason),
       closed_until = greatest(coalesce(closed_until, VALUES(closed_until)), VALUES(closed_until))
