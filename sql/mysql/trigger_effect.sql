-- What the triggers counted of `trigger_try.sql`, in its transaction: one row for each insert and each delete, two for each update.
SELECT coalesce(sum(kind = 'lane' AND name = 'smsctl'), 0) >= 4, coalesce(sum(kind = 'dead_letter'), 0) >= 4
  FROM tally_deltas
 WHERE kind = 'dead_letter' OR (kind = 'lane' AND name = 'smsctl')
