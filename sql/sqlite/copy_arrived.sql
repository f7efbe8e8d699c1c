SELECT 1 FROM audit_log WHERE action = ?1 AND filter = ?2 LIMIT 1
