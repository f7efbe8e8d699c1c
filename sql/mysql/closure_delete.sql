DELETE FROM closures
