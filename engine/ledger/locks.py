"""Locks on open files: the operating system lets go of them when a process ends, however it ends.

`filelock` does this well, and its import alone would be a tenth of what a person waits for `cordon screen`.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE_SECONDS = 0.005

if sys.platform == "win32":
    import msvcrt

    # A byte far behind the content: Windows lets nobody read a byte that is locked.
    _LOCKED_BYTE = 1 << 40

    def try_lock(descriptor: int) -> bool:
        """Lock a file for this process, unless another has it."""
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def unlock(descriptor: int) -> None:
        """Let go of a file that this process has locked."""
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def try_lock(descriptor: int) -> bool:
        """Lock a file for this process, unless another has it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(descriptor: int) -> None:
        """Let go of a file that this process has locked."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def locked(path: Path, *, patience: float = 30.0) -> Iterator[bool]:
    """Hold the lock of a file, which is created; false where another process kept it for `patience` seconds.

    Raises OSError.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        deadline = time.monotonic() + patience
        while not (held := try_lock(descriptor)) and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)
        yield held
    finally:
        os.close(descriptor)
