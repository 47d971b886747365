"""The history of a content row with all its parts, version by version, and the way back to one of them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from exercises.differences import Difference, check, compared, part_name
from exercises.models import Dose, Exercise, Phase, Routine, RoutineStep, Source
from exercises.pack import Values
from exercises.records import BY_MODEL, Stamp, children, values, write
from exercises.seeded import Seeded

PARTS: dict[type[Seeded], tuple[tuple[type[Seeded], str], ...]] = {
    Exercise: ((Dose, "exercise_id"), (Phase, "exercise_id")),
    Routine: ((RoutineStep, "routine_id"),),
}
Place = tuple[type[Seeded], int]  # one row: its model and its primary key
State = dict[Place, tuple[Any, Values]]  # the rows at one time: each one's record in its history, and its values


@dataclass(frozen=True)
class Version:
    """What one save, load or reset made of a row and its parts. ``who`` is empty when no person did it."""

    when: datetime
    who: str
    why: str
    changes: list[Difference]


def versions(item: Seeded) -> list[Version]:
    """Return the versions of a row and its parts, the newest first; only those in which something changed."""
    found = []
    before: State = {}
    for records, after in steps(item):
        changes = list(changed(item, before, after))
        if changes:
            first = records[0]
            found.append(
                Version(first.history_date, str(first.history_user or ""), first.history_change_reason or "", changes)
            )
        before = after
    return found[::-1]


def state_at(item: Seeded, when: datetime) -> State:
    """Return the row and its parts as they were at ``when``; empty when there is no record so old."""
    found: State = {}
    for records, state in steps(item):
        if records[0].history_date > when:
            break
        found = state
    return found


def way_back(item: Seeded, when: datetime) -> list[Difference]:
    """Return what ``restore`` would change: ``old`` is how it was at ``when``, ``new`` how it is.

    Raises LookupError where there is no record so old.
    """
    past, now = state_at(item, when), state_at(item, timezone.now())
    if not past:
        raise LookupError(when)
    return list(changed(item, past, now))


def restore(item: Seeded, when: datetime) -> int:
    """Make a row and its parts what they were at ``when``, and return how many rows that changed.

    A part that came later is retired, one that was deleted comes back. Raises ValidationError, with the reason, where
    the old values cannot stand beside the rest, and LookupError where there is no record so old.
    """
    past = state_at(item, when)
    if not past:
        raise LookupError(when)
    moment = date_format(timezone.localtime(when), "DATETIME_FORMAT")
    stamp = Stamp(timezone.now(), _("Back to the version of %(moment)s") % {"moment": moment})
    written = 0
    for row in (item, *children(item)):
        old = past.pop((type(row), row.pk), None)
        wanted = old[1] if old else {"retired": True} if hasattr(row, "retired") else {}
        now = values(row)
        changes = {name: value for name, value in wanted.items() if now[name] != value}
        if changes:
            write(row, changes, stamp)
            written += 1
    for record, old_values in past.values():  # deleted since
        write(record.instance, old_values, stamp)
        written += 1
    check(item)
    return written


def steps(item: Seeded) -> Iterator[tuple[list[Any], State]]:
    """Walk through a row's history: the records of each moment, and the state after them."""
    moments: dict[datetime, list[Any]] = defaultdict(list)
    for model, field in ((type(item), "id"), *PARTS.get(type(item), ())):
        linked = ["history_user", *(["exercise"] if model is RoutineStep else [])]
        records = model.history.filter(**{field: item.pk}).select_related(*linked)  # type: ignore[attr-defined]
        for record in records.order_by("history_date", "history_id"):
            moments[record.history_date].append(record)
    lists = Lists([record for records in moments.values() for record in records])
    state: State = {}
    for moment in sorted(moments):
        state = dict(state)
        for record in moments[moment]:
            place = record.instance_type, record.id
            if record.history_type == "-":
                state.pop(place, None)
            else:
                state[place] = record, lists.values_of(record)
        yield moments[moment], state


class Lists:
    """The links that the records of a history hold, fetched at once."""

    def __init__(self, records: list[Any]) -> None:
        self.slugs = {model: dict(model._default_manager.values_list("pk", "slug")) for model in (Source, Exercise)}
        self.links: dict[tuple[Place, str], list[str]] = defaultdict(list)
        by_model: dict[type[Seeded], list[Any]] = defaultdict(list)
        for record in records:
            by_model[record.instance_type].append(record)
        for model, found in by_model.items():
            for name in BY_MODEL[model].lists:
                self.fetch(model, name, [record.history_id for record in found])

    def fetch(self, model: type[Seeded], name: str, records: list[int]) -> None:
        field: Any = model._meta.get_field(name)
        kept = apps.get_model("exercises", f"Historical{field.remote_field.through.__name__}")
        slugs = self.slugs[field.related_model]
        for record, other in kept._default_manager.filter(history_id__in=records).values_list(
            "history_id", f"{field.m2m_reverse_field_name()}_id"
        ):
            if other in slugs:
                self.links[(model, record), name].append(slugs[other])

    def values_of(self, record: Any) -> Values:
        table = BY_MODEL[record.instance_type]
        found: Values = {name: getattr(record, name) for name in table.fields}
        if table.sourced:
            found["source"] = self.slugs[Source].get(record.source_id, "")
        return found | {name: sorted(self.links[(table.model, record.history_id), name]) for name in table.lists}


def changed(item: Seeded, before: State, after: State) -> Iterator[Difference]:
    """Yield what one step of a history changed, field by field; a row that came or went is one line."""
    own = type(item), item.pk
    for place in sorted({*before, *after}, key=lambda place: (place != own, place[0].__name__, place[1])):
        old, new = before.get(place), after.get(place)
        part = "" if place == own and old and new else part_name((new or old or [item])[0])
        if old and new:
            yield from compared(BY_MODEL[place[0]], part, old[1], new[1])
        elif new:
            yield Difference(part, "", _("not there"), _("added"))
        else:
            yield Difference(part, "", _("there"), _("gone"))
