"""Commands by their construction: whole clauses with slots, such as "line … up", each slot read by a strict reader."""
