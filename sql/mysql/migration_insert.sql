INSERT INTO smsctl_migrations (version, name, checksum, applied_at, smsctl_version) VALUES (?1, ?2, ?3, ?4, ?5)
