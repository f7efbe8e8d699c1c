CREATE TABLE IF NOT EXISTS smsctl_migrations (
    version        INTEGER      NOT NULL PRIMARY KEY,
    name           VARCHAR(100) NOT NULL,
    checksum       CHAR(64)     NOT NULL,
    applied_at     DATETIME(6)  NOT NULL,
    smsctl_version VARCHAR(64)  NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
