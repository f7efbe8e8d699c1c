-- `lock` is FOR UPDATE where a token bucket is about to be spent: no other worker may read it meanwhile.
SELECT paused, closed_until, tokens, refilled_at FROM lanes WHERE lane = ?1 {lock}
