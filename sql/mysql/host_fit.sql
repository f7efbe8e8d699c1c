-- Whether one of several servers takes no writes, and whether its database has been migrated.
SELECT @@global.read_only,
       EXISTS (SELECT 1 FROM information_schema.tables
                WHERE table_schema = DATABASE() AND table_name = 'smsctl_migrations')
