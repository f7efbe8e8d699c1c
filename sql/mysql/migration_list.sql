SELECT version, name, checksum, applied_at, smsctl_version FROM smsctl_migrations ORDER BY version
