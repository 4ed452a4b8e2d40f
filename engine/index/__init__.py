"""The index of a watchlist: built once when it is published, mapped by every process that screens."""
