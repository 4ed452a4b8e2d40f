"""Which lists a home refreshes, and how often."""

from __future__ import annotations

import datetime as dt

from lists.home import Home
from lists.settings import ListSettings, SettingsError, SourceSettings
from lists.source import Source, UnknownList, source, sources


def enabled_lists(home: Home, settings: ListSettings) -> list[Source]:
    """The lists that are refreshed, in the order of the settings, else by id.

    Raises `SettingsError` where the settings name a list that Cordon does not know.
    """
    try:
        for list_id in settings.sources:
            source(list_id)
        if settings.enabled is not None:
            return [source(list_id) for list_id in dict.fromkeys(settings.enabled)]
    except UnknownList as error:
        raise SettingsError(f"{home.config}: {error}") from None
    return [declared for declared in sources().values() if declared.is_default]


def settings_of(declared: Source, settings: ListSettings) -> SourceSettings:
    """What the settings say of one list."""
    return settings.sources.get(declared.list_id, SourceSettings())


def time_between(declared: Source, settings: ListSettings) -> dt.timedelta:
    """How long after a refresh of a list the next is due, jitter aside."""
    return dt.timedelta(hours=settings_of(declared, settings).every_hours or declared.every_hours)
