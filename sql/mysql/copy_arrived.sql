SELECT filter FROM audit_log WHERE action = ?1 AND substr(filter, 1, length(?2)) = ?2 ORDER BY id DESC LIMIT 1
