INSERT INTO audit_log (at, actor, action, filter, changed) VALUES (?1, ?2, ?3, ?4, ?5)
