"""What a user can put right: each says in one sentence what is wrong, where, and what to do next."""

from __future__ import annotations


class InputError(ValueError):
    """A file of customers that cannot be read as one."""


class OutputError(ValueError):
    """An output that cannot be written."""
