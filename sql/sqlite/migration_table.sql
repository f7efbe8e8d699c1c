CREATE TABLE IF NOT EXISTS smsctl_migrations (
    version        INTEGER  NOT NULL PRIMARY KEY,
    name           TEXT     NOT NULL,
    checksum       TEXT     NOT NULL,
    applied_at     DATETIME NOT NULL,
    smsctl_version TEXT     NOT NULL
)
