-- `lock` is FOR UPDATE where a token bucket is about to be spent, or a probe to be given out: no other worker may read it meanwhile.
SELECT paused, paused_until, closed_until, closed_reason, rests, prober IS NOT NULL, tokens, refilled_at, rested_at
  FROM lanes WHERE lane = ?1 {lock}
