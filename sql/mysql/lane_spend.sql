INSERT INTO lanes (lane, tokens, refilled_at) VALUES (?1, ?2, ?3)
    ON DUPLICATE KEY UPDATE tokens = VALUES(tokens), refilled_at = VALUES(refilled_at)
