SELECT lane, paused, paused_at, paused_until, paused_reason, closed_until, closed_reason, closed_error, closed_at, rests,
       prober IS NOT NULL, rested_at
  FROM lanes
 ORDER BY lane
 LIMIT ?1
