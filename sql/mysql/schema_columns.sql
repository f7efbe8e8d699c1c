SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?1
