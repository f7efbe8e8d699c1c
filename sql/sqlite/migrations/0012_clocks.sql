-- When a lane's rest was written. Where that lies ahead, the clock was set back since, and nobody knows how much of the rest is over.
ALTER TABLE lanes ADD COLUMN rested_at DATETIME;
