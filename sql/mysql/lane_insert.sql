-- A row to lock: of two workers that use a lane for the first time, one waits here.
INSERT INTO lanes (lane) VALUES (?1) ON DUPLICATE KEY UPDATE lane = VALUES(lane)
