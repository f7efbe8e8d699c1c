-- A lane that cannot be used: why, since when, and how often it was tried in vain; and until when an operator's pause holds.
-- `writes` grows with every order for the lane, so that others see that something happened.
-- unless: SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'lanes' AND column_name = 'rests'
ALTER TABLE lanes
    ADD COLUMN rests        INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN closed_at    DATETIME(6),
    ADD COLUMN closed_error TEXT,
    ADD COLUMN paused_at    DATETIME(6),
    ADD COLUMN paused_until DATETIME(6),
    ADD COLUMN writes       BIGINT NOT NULL DEFAULT 0;
