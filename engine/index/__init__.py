"""The index of a watchlist: built once when it is published, mapped by every process that screens."""

from engine.index.build import FORMAT, build

__all__ = ["FORMAT", "build"]
