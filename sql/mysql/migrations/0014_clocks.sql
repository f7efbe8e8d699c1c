-- When a lane's rest was written. Where that lies ahead, the clock was set back since, and nobody knows how much of the rest is over.
-- unless: SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'lanes' AND column_name = 'rested_at'
ALTER TABLE lanes ADD COLUMN rested_at DATETIME(6);
