SELECT auto_increment FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?1
