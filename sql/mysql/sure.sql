-- The UPDATE before this is to have changed so many rows. Otherwise this fails (1242), and with it all that stands behind it in the packet,
-- the COMMIT too: where KILL QUERY comes at the very end of an UPDATE, MariaDB (10.11.14, 11.8.9) answers with success, and has changed nothing.
SET @smsctl_sure = IF(ROW_COUNT() = ?1, 0, (SELECT 1 UNION ALL SELECT 2))
