-- The condition of claim_select for the rest of the index, from a place in it.
AND ((claim_order = ?1 AND id >= ?2) OR claim_order > ?1)
