"""Screen one subject, or a frame of them, against the published watchlist."""
