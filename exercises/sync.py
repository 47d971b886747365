"""Brings a content pack into the database: in one transaction, field by field, and never over an editor's change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.db import transaction
from django.utils import timezone

from exercises import doses, pack
from exercises.figures import catalogue
from exercises.models import Revision
from exercises.pack import NUMBERS, WORDS, Merged, Row, Values
from exercises.reader import Problem
from exercises.records import TABLES, Key, Stamp, Table, values, write
from exercises.seeded import Seeded

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML without libyaml: the same, slower
    from yaml import SafeLoader  # type: ignore[assignment]

CONTENT = Path(__file__).parent / "content"
REASON = "Content pack"


class PackLoader(SafeLoader):
    """Reads YAML, and notes a key that stands twice in one mapping: YAML lets the second one win in silence."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.twice: list[tuple[str, int]] = []

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    self.twice.append((key.value, key.start_mark.line + 1))
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def read(folder: Path = CONTENT) -> tuple[list[Row], list[Problem]]:
    """Return the rows of the pack in ``folder``; or no row, and every problem of its two files."""
    problems: list[Problem] = []
    numbers, words = (parse(folder / name, problems) for name in (NUMBERS, WORDS))
    if problems:
        return [], problems
    return pack.validate(numbers, words, {name: catalogue.poses(name) for name in catalogue.names()})


def parse(path: Path, problems: list[Problem]) -> object:
    try:
        loader = PackLoader(path.read_text(encoding="utf-8"))
        data: object = loader.get_single_data()
    except OSError:
        problems.append(Problem(path.name, "", "not_found", str(path)))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        problems.append(Problem(path.name, "", "not_yaml", " ".join(str(error).split())))
    else:
        problems += [Problem(path.name, key, "duplicate_key", str(line)) for key, line in loader.twice]
        return data
    return None


@dataclass
class Entry:
    """One row in a report, and the fields of it that are meant; no fields: the row as a whole."""

    kind: str
    key: Key
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        name = f"{self.kind} {'/'.join(self.key)}"
        return f"{name} ({', '.join(self.fields)})" if self.fields else name


@dataclass
class Report:
    """What a load did. ``kept`` are fields that differ from the pack because an editor changed them."""

    created: list[Entry] = field(default_factory=list)
    updated: list[Entry] = field(default_factory=list)
    retired: list[Entry] = field(default_factory=list)
    unretired: list[Entry] = field(default_factory=list)
    kept: list[Entry] = field(default_factory=list)
    conflicts: list[Entry] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated or self.retired or self.unretired)


@dataclass
class Change:
    """One row of the pack beside its row in the database, if there is one."""

    table: Table
    key: Key
    item: Seeded | None
    base: Values
    ours: Values
    theirs: Values
    merged: Merged

    def after(self) -> Values:
        return self.ours | self.merged.changes

    def refuse(self) -> None:
        """Leave the row as it is; one that is not there yet comes in retired."""
        if self.item is not None:
            self.merged = pack.keep(self.base, self.ours, self.theirs)
        elif "retired" in self.theirs:
            self.merged = Merged({**self.theirs, "retired": True})


def load(rows: Sequence[Row], *, dry: bool = False) -> Report:
    """Write a valid pack, and return what that changed; ``dry`` takes everything back again.

    Idempotent: a second load writes nothing. Two loads at once, or a load and an editor, wait for each other.
    """
    with transaction.atomic():
        Revision.lock()
        report = Loading(rows).run()
        if dry:
            transaction.set_rollback(True)
    return report


class Loading:
    """One load: everything is compared, then what would not fit together is left out, then the rest is written."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.report = Report()
        self.stamp = Stamp(timezone.now(), REASON)
        self.rows = rows
        self.stored = {table.kind: table.stored() for table in TABLES}
        self.changes = [change for table in TABLES for change in self.compare(table)]
        self.links = {name: self.variations(name) for name in ("base", "ours", "theirs")}

    def run(self) -> Report:
        self.settle_exercises()
        self.settle_routines()
        self.settle_safety()
        for change in self.changes:
            self.write(change)
        self.link_variations()
        return self.report

    def compare(self, table: Table) -> Iterator[Change]:
        wanted = {row.key: row.values for row in self.rows if row.kind == table.kind}
        stored = self.stored[table.kind]
        for key, theirs in wanted.items():
            yield self.change(table, key, stored.get(key), theirs)
        parents = {row.key[0] for row in self.rows}
        for key, item in stored.items():
            # What belongs to a dropped row stays as it is: an editor may show that row again.
            if item.pack and key not in wanted and "retired" in item.pack and (len(key) == 1 or key[0] in parents):
                gone: Values = {"retired": True} | ({"variations": []} if "variations" in item.pack else {})
                yield self.change(table, key, item, item.pack | gone)

    def change(self, table: Table, key: Key, item: Seeded | None, theirs: Values) -> Change:
        if item is None:
            return Change(table, key, None, {}, {}, theirs, Merged(theirs))
        base = table.defaults() | item.pack if item.pack else {}
        ours = values(item)
        compared = {name: value for name, value in theirs.items() if name != "variations"}  # see link_variations
        return Change(table, key, item, base, ours, theirs, pack.merge(base, ours, compared))

    def settle_exercises(self) -> None:
        """Where an editor's dose and phases and the pack's would not make an exercise together, the editor's stay."""
        for key in self.stored["exercise"]:
            parts = [
                change for change in self.changes if change.table.kind in ("dose", "phase") and change.key[0] == key[0]
            ]
            dose = next((change.after() for change in parts if change.table.kind == "dose"), None)
            if dose is None:
                continue
            phases = {change.key: change.after() for change in parts if change.table.kind == "phase"}
            own = {found: item for found, item in self.stored["phase"].items() if found[0] == key[0]}
            everything = {found: values(item) for found, item in own.items()} | phases
            if doses.faults(dose, None, reason="kept") or pack.misfits(dose, everything.values()):
                self.refuse(parts)

    def settle_routines(self) -> None:
        for change in self.changes:
            if change.table.kind == "routine":
                after = change.after()
                if pack.claim_fault(after["claimed_minutes_min"], after["claimed_minutes_max"]):
                    change.refuse()

    def settle_safety(self) -> None:
        """People must never be left without the signs of an emergency, nor lose the last urgent one."""
        notes = [change for change in self.changes if change.table.kind == "safety"]
        if not any(sign("emergency", change.after()) for change in notes):
            self.refuse(notes)
        urgent = [change for change in notes if change.item is not None and sign("urgent", change.ours)]
        if urgent and not any(sign("urgent", change.after()) for change in notes):
            self.refuse(urgent)

    def refuse(self, changes: Iterable[Change]) -> None:
        for change in changes:
            change.refuse()

    def write(self, change: Change) -> None:
        item, merged, report = change.item, change.merged, self.report
        if item is None:
            self.create(change)
            return
        if merged.changes:
            item.pack = change.theirs
            write(item, merged.changes, self.stamp)
        elif item.pack != change.theirs:
            # Only what is remembered of the pack: nobody sees it, so neither history nor revision tells of it.
            change.table.model._default_manager.filter(pk=item.pk).update(pack=change.theirs)
        if "retired" in merged.changes:
            (report.retired if merged.changes["retired"] else report.unretired).append(
                Entry(change.table.kind, change.key)
            )
        self.note(report.updated, change, [name for name in merged.changes if name != "retired"])
        self.note(report.kept, change, merged.kept)
        self.note(report.conflicts, change, merged.conflicts)

    def create(self, change: Change) -> None:
        names = zip(change.table.parents, change.key, strict=False)
        identity: dict[str, object] = {name: self.stored[name][slug,] for name, slug in names}
        if change.table.key[-1] == "slug":
            identity["slug"] = change.key[-1]
        item = change.table.model(pack=change.theirs, **identity)
        write(item, {name: value for name, value in change.merged.changes.items() if name != "variations"}, self.stamp)
        self.stored[change.table.kind][change.key] = item
        self.report.created.append(Entry(change.table.kind, change.key))

    def note(self, entries: list[Entry], change: Change, fields: Sequence[str]) -> None:
        if fields:
            entries.append(Entry(change.table.kind, change.key, tuple(fields)))

    def variations(self, state: str) -> set[pack.Link]:
        """Return the links between exercises, both ways, in one of the three states that are compared."""
        exercises = [change for change in self.changes if change.table.kind == "exercise"]
        links = {
            (change.key[0], other) for change in exercises for other in getattr(change, state).get("variations", [])
        }
        if state == "ours":
            links |= {
                (key[0], other) for key, item in self.stored["exercise"].items() for other in values(item)["variations"]
            }
        return links

    def link_variations(self) -> None:
        """Variations are links between two exercises, so they are merged link by link and not as one field of each."""
        ours, theirs = self.links["ours"], self.links["theirs"]
        wanted = pack.merge_links(self.links["base"], ours, theirs)
        for (slug,), item in self.stored["exercise"].items():
            before, after = others(ours, slug), others(wanted, slug)
            if before != after:
                write(item, {"variations": sorted(after)}, self.stamp)
                if Entry("exercise", (slug,)) not in self.report.created:
                    self.report.updated.append(Entry("exercise", (slug,), ("variations",)))
            if item.pack and after != others(theirs, slug):
                self.report.kept.append(Entry("exercise", (slug,), ("variations",)))


def others(links: set[pack.Link], slug: str) -> set[str]:
    return {other for one, other in links if one == slug}


def sign(kind: str, note: Values) -> bool:
    return bool(note["kind"] == kind and not note["retired"])
