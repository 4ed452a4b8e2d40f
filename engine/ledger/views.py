"""DuckDB over the ledger: views over the journal and the sealed files, for reading while writers write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from duckdb.func import SPECIAL
from duckdb.sqltypes import VARCHAR

from engine.ledger.layout import LedgerError, Region
from engine.ledger.slots import check_is_own
from engine.ledger.unsealing import UNREADABLE, Unsealed
from engine.privacy.keys import keys_of
from lists.home import Home

_UNSEALED_SAID = re.compile(r"executing the UDF: (?:LedgerError|MasterKeyError): ([^\n]*)")
_EMPTY_SCREENINGS = (
    "(select null::uinteger as row, null::varchar as subject_id, null::varchar as subject_key, "
    "null::blob as fingerprint, null::varchar as outcome, null::double as best_score, "
    "null::varchar as watchlist_version, null::varchar as model_version, null::varchar as scope, "
    "'' as filename where false)"
)
_EMPTY_MATCHES = (
    "(select null::uinteger as row, null::varchar as match_id, null::varchar as subject_id, "
    "null::varchar as subject_key, null::blob as subject_fingerprint, null::varchar as list_id, "
    "null::varchar as entity_id, null::varchar as entity_fingerprint, null::varchar as kind, "
    "null::double as score, null::varchar as matched_name, null::varchar[] as programmes, "
    "null::varchar as suppressed_by, null::varchar as personal, null::varchar as watchlist_version, "
    "null::varchar as policy_version, "
    "'' as filename where false)"
)


def connect(home: Home | Path | str | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with the views of `view_columns.COLUMNS` over a home's ledger.

    Times are UTC. It reads what is there at each query and writes nothing; it can open no file outside the
    ledger. Sealed files of a kind that did not exist yet are seen by the next connection. What cannot be read
    of a person is null, and `unreadable` says why. Raises `LedgerError`.
    """
    connection, _ = connected(Region.of(home))
    return connection


def connected(region: Region) -> tuple[duckdb.DuckDBPyConnection, Unsealed]:
    """As `connect`, for one region, with what its queries come upon that cannot be read."""
    if not region.exists():
        raise LedgerError(f"nothing was ever recorded in {region.path}; screen somebody first")
    check_is_own(region)
    keys = keys_of(region)
    keys.check()
    connection, unsealed = duckdb.connect(), Unsealed(keys)
    connection.create_function("unsealed", unsealed.of, [VARCHAR] * 3, VARCHAR, null_handling=SPECIAL)
    # Nothing in an event may make DuckDB open another file, or fetch code.
    connection.execute("set allowed_directories = [$folder]", {"folder": str(region.path)})
    connection.execute("set temp_directory = $folder", {"folder": str(region.temporary)})
    connection.execute("set enable_external_access = false")
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    for name, query in _queries(region).items():
        connection.execute(f"create view {name} as {query}")
    connection.execute("set lock_configuration = true")
    return connection, unsealed


@contextmanager
def reading(region: Region) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection, closed in the end. Raises `LedgerError`, at the end for what could not be read."""
    connection, unsealed = connected(region)
    try:
        yield connection
        unsealed.check()
    except duckdb.InvalidInputException as error:
        raise (cannot_decrypt(error) or error) from None
    finally:
        connection.close()


def check_text(*texts: object) -> None:
    """That what is asked is text, as DuckDB has it. Raises `LedgerError`."""
    if any(isinstance(text, str) and "\\ud" in ascii(text) for text in texts):
        raise LedgerError("what was asked is not text in UTF-8; nothing in the ledger is called so")


def rows_of(region: Region, query: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of one query. Raises `LedgerError`, also where what tells of a person cannot be read."""
    check_text(*(parameters or {}).values())
    with reading(region) as connection:
        return connection.execute(query, parameters or {}).fetchall()


def readable_rows_of(
    region: Region, query: str, parameters: dict[str, Any] | None = None
) -> tuple[list[tuple[Any, ...]], dict[str, str]]:
    """As `rows_of`, with null for what cannot be read, and whose that is: by subject key, why.

    Raises `LedgerError`.
    """
    check_text(*(parameters or {}).values())
    connection, unsealed = connected(region)
    try:
        return connection.execute(query, parameters or {}).fetchall(), unsealed.unreadable
    except duckdb.InvalidInputException as error:
        raise (cannot_decrypt(error) or error) from None
    finally:
        connection.close()


def cannot_decrypt(error: duckdb.Error) -> LedgerError | None:
    """What `unsealed` said in the middle of a query, which DuckDB passes on as text; None of other errors."""
    said = _UNSEALED_SAID.search(str(error))
    return LedgerError(said[1]) if said else None


def _queries(region: Region) -> dict[str, str]:
    """The query of each view, in an order in which they can be made."""
    return {
        "events": _events(region),
        "parts": _PARTS,
        "batch_screenings": _SEALED.format(
            files=_parquet(region.screenings, _EMPTY_SCREENINGS), kind="screenings"
        ),
        "batch_matches": _SEALED.format(files=_parquet(region.matches, _EMPTY_MATCHES), kind="matches"),
        "screenings": _SCREENINGS,
        "sightings": _SIGHTINGS,
        "matches": _MATCHES,
        "decisions": _DECISIONS,
        "match_states": _MATCH_STATES,
        "alerts": _ALERTS,
        "holds": _HOLDS,
        "erasures": _ERASURES,
        "jobs": _JOBS,
        "list_changes": _LIST_CHANGES,
    }


def _events(region: Region) -> str:
    open_days = _literal(region.journal / "2*" / "w*.ndjson")
    writer = "regexp_extract(replace(filename, '\\', '/'), '(w[0-9]+)\\.ndjson$', 1)"
    parts = [
        f"select {writer} as writer, (json->>'seq')::bigint as seq, json->>'type' as type, json as event "
        f"from read_ndjson_objects({open_days}, ignore_errors = true, filename = true) "
        "where json is not null"
    ]
    if region.sealed_files():
        sealed = _literal(region.events / "date=*" / "journal.parquet")
        dates = (
            "select regexp_extract(replace(file, '\\', '/'), "
            f"'/([^/]+)/w[0-9]+\\.ndjson$', 1) from glob({open_days})"
        )
        # The type has a column of its own: of years of screenings a question on lists reads no line.
        parts.append(
            f"select writer, seq::bigint, type, line::json from read_parquet({sealed}, "
            f"hive_partitioning = true, hive_types = {{'date': varchar}}) where date not in ({dates})"
        )
    return (
        "select writer || '-' || seq as event_id, writer, seq, (event->>'at')::timestamp as recorded_at, "
        f"type, event from ({' union all '.join(parts)})"
    )


def _parquet(folder: Path, empty: str) -> str:
    if not any(folder.glob("date=*/*.parquet")):
        return empty
    files = _literal(folder / "date=*" / "*.parquet")
    return f"read_parquet({files}, filename = true, hive_partitioning = false)"


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


_PARTS = """
    select event_id, recorded_at, event->>'batch_id' as batch_id, (event->>'part')::integer as part,
        event->>'$.screenings.file' as screenings, event->>'$.matches.file' as matches
    from events where type = 'part'
"""

# Only files that the journal names: a batch that was killed may have left one more.
_SEALED = """
    select parts.batch_id, parts.recorded_at, sealed.* exclude (filename)
    from {files} as sealed
    join parts on parts.{kind} = regexp_extract(replace(filename, '\\', '/'), '({kind}/date=[^/]+/[^/]+)$', 1)
"""

_SCREENINGS = """
    select event_id as screening_id, recorded_at, null::varchar as batch_id, null::uinteger as row,
        event->>'subject_id' as subject_id,
        coalesce(event->>'subject_id', '~' || (event->>'fingerprint')) as subject_key,
        event->>'fingerprint' as fingerprint, event->>'$.screening.outcome' as outcome,
        (event->>'$.matches[0].score')::double as best_score,
        event->>'$.screening.watchlist_version' as watchlist_version,
        event->>'$.screening.model_version' as model_version, 'whole' as scope
    from events where type = 'screened'
    union all
    select batch_id || ':' || row, recorded_at, batch_id, row, subject_id, subject_key,
        lower(hex(fingerprint)), outcome, best_score, watchlist_version, model_version, scope
    from batch_screenings
"""

# As `matches`, with what tells of the person as it lies there: nothing is decrypted that nobody asks for.
_SIGHTINGS = """
    select found->>'match_id' as match_id, recorded_at, event_id as screening_id, null::varchar as batch_id,
        event->>'subject_id' as subject_id,
        coalesce(event->>'subject_id', '~' || (event->>'fingerprint')) as subject_key,
        event->>'fingerprint' as subject_fingerprint, found->>'list_id' as list_id,
        found->>'entity_id' as entity_id, found->>'fingerprint' as entity_fingerprint,
        found->>'kind' as kind, (found->>'score')::double as score, found->>'matched_name' as matched_name,
        (found->'programmes')::varchar[] as programmes, found->>'suppressed_by' as suppressed_by,
        event->>'$.screening.watchlist_version' as watchlist_version,
        event->>'$.screening.policy_version' as policy_version,
        event->>'personal' as sealed, event_id as place, number
    from (
        select event_id, recorded_at, event, unnest((event->'matches')::json[]) as found,
            generate_subscripts((event->'matches')::json[], 1) - 1 as number
        from events where type = 'screened' and (event->>'$.matches[0].match_id') is not null
    )
    union all
    select match_id, recorded_at, batch_id || ':' || row, batch_id, subject_id, subject_key,
        lower(hex(subject_fingerprint)), list_id, entity_id, entity_fingerprint, kind, score, matched_name,
        programmes, suppressed_by, watchlist_version, policy_version,
        personal, batch_id || ':' || row || ':' || match_id, null
    from batch_matches
"""

# A screening has a person once and what was found in each match; a row of a batch has both together.
_PERSON = "unsealed(sealed, subject_key, place)::json"
_FOUND = "coalesce(person->'matches'->number, person)"
_UNREADABLE = f"person->>'{UNREADABLE}' as unreadable"

_MATCHES = f"""
    select match_id, recorded_at, screening_id, batch_id, subject_id, subject_key, subject_fingerprint,
        list_id, entity_id, entity_fingerprint, kind, score, matched_name,
        {_FOUND}->>'subject_name' as subject_name, programmes, {_FOUND}->'evidence' as evidence,
        person->'subject' as subject, suppressed_by, watchlist_version, policy_version, {_UNREADABLE}
    from (select *, {_PERSON} as person from sightings)
"""

_DECISIONS = f"""
    select event_id, recorded_at, event->>'match_id' as match_id, (event->>'revision')::integer as revision,
        event->>'action' as action, event->>'outcome' as outcome, event->>'reason' as reason,
        event->>'actor' as actor, person->>'note' as note, event->>'state' as state,
        (event->>'expires_at')::timestamp as expires_at, person->'changes' as changes, {_UNREADABLE}
    from (
        select *, unsealed(event->>'personal', event->>'subject_key', event_id)::json as person
        from events where type in ('decided', 'reopened', 'closed')
    )
"""

_MATCH_STATES = f"""
    select match_id, subject_id, subject_key, list_id, entity_id, kind, matched_name,
        {_FOUND}->>'subject_name' as subject_name, score, programmes,
        first_seen_at, last_seen_at, times_seen, coalesce(state, 'open') as state,
        coalesce(state, 'open') not in ('false_positive', 'true_match', 'delisted') as is_open,
        coalesce(revision, 0) as revision, last_event, coalesce(state_since, first_seen_at) as state_since,
        {_UNREADABLE}
    from (
        select match_id, arg_max(struct_pack(subject_id, subject_key, list_id, entity_id, kind, matched_name,
                score, programmes, sealed, place, number), recorded_at) as seen,
            min(recorded_at) as first_seen_at, max(recorded_at) as last_seen_at, count(*) as times_seen
        from sightings group by match_id
    )
    left join (
        select match_id, max(revision) as revision, arg_max(state, revision) as state,
            arg_max(event_id, revision) as last_event, arg_max(recorded_at, revision) as state_since
        from decisions group by match_id
    ) using (match_id),
    lateral (select *, {_PERSON} as person from (select unnest(seen)))
"""

_ALERTS = """
    select subject_key, any_value(subject_id) as subject_id,
        case when bool_or(is_open) then 'open' else 'closed' end as state,
        count(*) as matches, count(*) filter (is_open) as open_matches,
        coalesce(max(score) filter (is_open), max(score)) as best_score,
        min(first_seen_at) as opened_at, max(last_seen_at) as last_seen_at,
        case when not bool_or(is_open) then max(state_since) end as closed_at
    from match_states group by subject_key
"""

_JOBS = """
    select event_id, event->>'job' as job, event->>'batch_id' as batch_id,
        (event->>'started_at')::timestamp as started_at, recorded_at as ended_at,
        event->>'outcome' as outcome,
        event->>'mode' as mode, event->>'watchlist_version' as watchlist_version,
        event->>'model_version' as model_version, (event->>'customers')::bigint as customers,
        (event->>'alerts')::bigint as alerts, (event->>'new_matches')::bigint as new_matches,
        (event->>'reopened_matches')::bigint as reopened_matches,
        (event->>'closed_matches')::bigint as closed_matches,
        (event->>'lag_hours')::double as lag_hours, event as details
    from events
    where type in ('batch', 'sealed')
        -- what began is shown as long as it has not ended
        or type = 'job' and (event->>'outcome' != 'started' or (event->>'batch_id') not in (
            select event->>'batch_id' from events where type = 'batch'
        ))
"""

_HOLDS = f"""
    select event_id, event->>'subject_id' as subject_id, event->>'subject_key' as subject_key,
        recorded_at as held_at, event->>'actor' as actor, person->>'reason' as reason,
        released_at, released_by, {_UNREADABLE}
    from (
        select *, unsealed(event->>'personal', event->>'subject_key', event_id)::json as person
        from events where type = 'held'
    )
    left join (
        select event->>'hold' as event_id, min(recorded_at) as released_at,
            arg_min(event->>'actor', recorded_at) as released_by
        from events where type = 'released' group by event->>'hold'
    ) using (event_id)
"""

_ERASURES = """
    select event_id, recorded_at, event->>'subject_id' as subject_id, event->>'subject_key' as subject_key,
        (event->'records')::varchar[] as records, event->>'basis' as basis, event->>'actor' as actor,
        event->>'reason' as reason
    from events where type = 'erased'
"""

_LIST_CHANGES = """
    select event_id, list_id, watchlist_version, previous_version, published_on, fetched_at, in_use_at,
        rescreened_at, round(date_diff('second', fetched_at, rescreened_at) / 3600, 4) as lag_hours,
        round(date_diff('second', published_on::timestamp, rescreened_at) / 3600, 4) as published_lag_hours,
        entities, added, removed, changed
    from (
        select event_id, event->>'list_id' as list_id, event->>'watchlist_version' as watchlist_version,
            event->>'previous_version' as previous_version, (event->>'published_on')::date as published_on,
            (event->>'fetched_at')::timestamp as fetched_at, recorded_at as in_use_at,
            (event->>'entities')::bigint as entities, (event->>'added')::bigint as added,
            (event->>'removed')::bigint as removed, (event->>'changed')::bigint as changed
        from events where type = 'list_published'
    )
    left join (
        select events.event_id, min(jobs.ended_at) as rescreened_at
        from events join jobs on jobs.job = 'rescreen' and jobs.outcome = 'finished'
            and jobs.started_at >= events.recorded_at -- with the version in use then, or a newer one
        where events.type = 'list_published' group by events.event_id
    ) using (event_id)
"""
