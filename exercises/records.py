"""A content row as a pack's values, and back: the fields of each model that a pack speaks of, and how to write them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Model

from exercises import doses
from exercises.models import Dose, Exercise, GuidePage, Phase, Routine, RoutineStep, SafetyNote, Source
from exercises.pack import Values
from exercises.seeded import Seeded

Key = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A kind of row. ``key`` leads to the slugs that name a row, its parent's first."""

    kind: str
    model: type[Seeded]
    key: tuple[str, ...]
    fields: tuple[str, ...]
    sourced: bool = False  # has one source, given by its slug
    lists: tuple[str, ...] = ()  # links to any number of rows, given by their slugs
    parents: tuple[str, ...] = ()  # the rows that the parts of the key name, where they are not the row itself

    def key_of(self, item: Seeded) -> Key:
        return tuple(str(follow(item, path)) for path in self.key)

    def stored(self) -> dict[Key, Any]:
        """Return every row of the table by its key, with what ``values`` reads. One query, and one for each list."""
        linked = (*self.parents, *(["source"] if self.sourced else []))
        rows = self.model._default_manager.select_related(*linked) if linked else self.model._default_manager.all()
        return {self.key_of(item): item for item in rows.prefetch_related(*self.lists)}

    def defaults(self) -> Values:
        """Return the values of a row that nobody has written anything into."""
        return {name: self.model._meta.get_field(name).get_default() for name in self.fields}  # type: ignore[union-attr]


TABLES = (
    Table("source", Source, ("slug",), ("kind", "title", "publisher", "published", "reference", "retired")),
    Table(
        "exercise", Exercise, ("slug",),
        (
            "order", "name", "summary", "position", "cautions", "instead", "correction", "precautions", "opt_in",
            "figure", "picture_id", "picture_alt", "picture_author", "picture_licence", "retired",
        ),
        sourced=True, lists=("variations",),
    ),
    Table("dose", Dose, ("exercise.slug",), (*doses.FIELDS, "progression_reason"), parents=("exercise",)),
    Table(
        "phase", Phase, ("exercise.slug", "slug"),
        ("order", "kind", "cue", "seconds", "breaths", "applies", "pose", "retired"),
        parents=("exercise",),
    ),
    Table(
        "routine", Routine, ("slug",),
        (
            "order", "name", "summary", "body", "correction", "times_per_day", "claimed_minutes_min",
            "claimed_minutes_max", "retired",
        ),
        sourced=True,
    ),
    Table(
        "step", RoutineStep, ("routine.slug", "exercise.slug"), ("order", "retired"), parents=("routine", "exercise"),
    ),
    Table(
        "guide", GuidePage, ("slug",), ("order", "title", "summary", "body", "correction", "retired"),
        lists=("sources",),
    ),
    Table("safety", SafetyNote, ("slug",), ("order", "kind", "text", "retired"), lists=("sources",)),
)  # fmt: skip
BY_MODEL = {table.model: table for table in TABLES}


@dataclass(frozen=True)
class Stamp:
    """What a history says of every row that one action writes: when, and why."""

    when: datetime
    reason: str

    def put_on(self, item: Model) -> None:
        item._history_date = self.when  # type: ignore[attr-defined]
        item._change_reason = self.reason  # type: ignore[attr-defined]


def follow(item: object, path: str) -> object:
    """Return what a dotted path of attributes leads to."""
    for name in path.split("."):
        item = getattr(item, name)
    return item


def table_of(item: Seeded) -> Table:
    return BY_MODEL[type(item)]


def values(item: Seeded) -> Values:
    """Return a row as a pack would give it: links by slug, lists in order."""
    table = table_of(item)
    found: Values = {name: getattr(item, name) for name in table.fields}
    if table.sourced:
        found["source"] = cast("Exercise | Routine", item).source.slug
    return found | {name: sorted(other.slug for other in getattr(item, name).all()) for name in table.lists}


def write(item: Seeded, changes: Mapping[str, Any], stamp: Stamp) -> None:
    """Set the fields of ``changes`` and save the row."""
    table = table_of(item)
    lists = {name: changes[name] for name in table.lists if name in changes}
    for name, value in changes.items():
        if name == "source":
            cast("Exercise | Routine", item).source = Source.objects.get(slug=value)
        elif name not in lists:
            setattr(item, name, value)
    stamp.put_on(item)
    item.save()
    for name, slugs in lists.items():
        manager = getattr(item, name)
        before = set(manager.all())
        manager.set(manager.model._default_manager.filter(slug__in=slugs))
        if name == "variations":
            save_other_ends(before ^ set(manager.all()), stamp)


def save_other_ends(exercises: Iterable[Exercise], stamp: Stamp) -> None:
    """A link between two exercises was set from one end: let the other's history tell of it too."""
    for exercise in exercises:
        stamp.put_on(exercise)
        exercise.save()


def children(item: Seeded) -> list[Seeded]:
    """Return the rows that an editor sees as part of this one, read afresh, retired ones included."""
    if isinstance(item, Exercise):
        return [*Dose.objects.filter(exercise=item), *Phase.objects.filter(exercise=item)]
    return list(item.steps.select_related("exercise")) if isinstance(item, Routine) else []
