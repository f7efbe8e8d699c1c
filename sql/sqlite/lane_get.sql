SELECT paused, paused_until, closed_until, closed_reason, rests, prober IS NOT NULL, tokens, refilled_at, refilled_boot, refilled_up, rested_at
  FROM lanes WHERE lane = ?1
