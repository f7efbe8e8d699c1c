-- A lane that cannot be used: why, since when, and how often it was tried in vain; and until when an operator's pause holds.

ALTER TABLE lanes ADD COLUMN rests INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lanes ADD COLUMN closed_at DATETIME;
ALTER TABLE lanes ADD COLUMN closed_error TEXT;
ALTER TABLE lanes ADD COLUMN paused_at DATETIME;
ALTER TABLE lanes ADD COLUMN paused_until DATETIME;
