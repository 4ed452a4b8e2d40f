"""Proof that screening works: altered listed names and traps, and what becomes of them.

The families of records are in `letters`, `words`, `spellings`, `dates` and `traps`; `records` makes them of a
watchlist, `outcomes` screens them, and `recall`, `thresholds`, `compared` and `decided` say what came of it.
"""
