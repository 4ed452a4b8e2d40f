"""A circuit breaker's memory between two runs of a command, kept in the state of its list."""

from __future__ import annotations

import datetime as dt

from pybreaker import CircuitBreakerStorage

from lists.refresh_state import BreakerState


class Storage(CircuitBreakerStorage):
    """Begins with what is known of a breaker; `known` is what is to be kept of it."""

    def __init__(self, known: BreakerState) -> None:
        super().__init__("refresh state")
        self.known = known
        self._successes = 0

    def _set(self, **values: object) -> None:
        self.known = self.known.model_copy(update=values)

    @property
    def state(self) -> str:
        return self.known.state

    @state.setter
    def state(self, state: str) -> None:
        self._set(state=state)

    @property
    def counter(self) -> int:
        return self.known.failures

    def increment_counter(self) -> None:
        self._set(failures=self.known.failures + 1)

    def reset_counter(self) -> None:
        self._set(failures=0)

    @property
    def success_counter(self) -> int:
        return self._successes

    def increment_success_counter(self) -> None:
        self._successes += 1

    def reset_success_counter(self) -> None:
        self._successes = 0

    @property
    def opened_at(self) -> dt.datetime | None:
        return self.known.opened_at

    @opened_at.setter
    def opened_at(self, moment: dt.datetime) -> None:
        self._set(opened_at=moment)
