"""A content pack: what makes one valid, and how a new one meets what editors changed. Pure: takes parsed YAML.

A pack is two files under the same keys: pack.yaml holds numbers and structure, en.yaml holds words. ``validate`` turns
them into rows whose values carry the models' field names; ``merge`` compares three states of one row.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exercises import doses
from exercises.reader import MISSING, Problem, Reader, absent

Link = tuple[str, str]  # two rows' slugs
Values = dict[str, Any]  # by a model's field name: text, number, flag, None or a list of text; a link is a slug

NUMBERS, WORDS = "pack.yaml", "en.yaml"
VERSION = 1
LONGEST = 20_000  # characters of a text whose column has no limit: three times the longest page
PHASE_STEP = 10  # between two places in an order, so that an editor can put something between them

SOURCE_KINDS = ("article", "guideline", "study")
PRECAUTIONS = ("disc", "osteoporosis", "pregnancy", "surgery", "stenosis")
PHASE_KINDS = ("move", "hold", "breathe", "rest")
APPLIES = ("repetition", "both")
PER = ("session", "day")
HOLD_KINDS = ("seconds", "breaths")
SAFETY_KINDS = ("emergency", "urgent", "helps", "avoid")
SECTIONS = ("sources", "exercises", "routines", "guide", "safety")

# Words by kind of row: the field and its longest value in characters. Those of OPTIONAL may be empty or left out.
TEXTS: dict[str, dict[str, int]] = {
    "source": {"title": 200, "publisher": 200},
    "exercise": {
        "name": 80, "summary": 200, "position": LONGEST, "cautions": LONGEST, "instead": LONGEST, "correction": LONGEST,
    },
    "phase": {"cue": 240},
    "routine": {"name": 80, "summary": 240, "body": LONGEST, "correction": LONGEST},
    "guide": {"title": 100, "summary": 240, "body": LONGEST, "correction": LONGEST},
    "safety": {"text": 300},
}  # fmt: skip
OPTIONAL: dict[str, tuple[str, ...]] = {
    "source": ("publisher",),
    "exercise": ("cautions", "instead", "correction"),
    "routine": ("body", "correction"),
    "guide": ("correction",),
}
# Where a dose's field stands in the pack.
DOSE_PLACES = {
    "reps_min": "reps", "reps_max": "reps", "hold_kind": "hold", "hold_min": "hold", "hold_max": "hold",
    "start": "progression", "goal": "progression", "step": "progression",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One row of the database as the pack wants it. ``key`` is its slug, after its parent's slug if it has one."""

    kind: str
    key: tuple[str, ...]
    values: Values


@dataclass(frozen=True)
class Merged:
    """What a new pack does to a row: ``changes`` is to be written, ``kept`` are an editor's fields that differ from it.

    ``conflicts`` are those of ``kept`` in which the pack changed its mind too.
    """

    changes: Values
    kept: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


def merge(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Compare, field by field, what the pack gave last, what the database holds and what the pack gives now.

    A field that still has the pack's last value takes the new one; any other was touched by an editor and stays, and so
    does a field that no pack gave before.
    """
    changes, kept, conflicts = {}, [], []
    for name, new in theirs.items():
        if ours[name] == new:
            continue
        if name in base and ours[name] == base[name]:
            changes[name] = new
            continue
        kept.append(name)
        if name not in base or base[name] != new:
            conflicts.append(name)
    return Merged(changes, tuple(kept), tuple(conflicts))


def keep(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Leave the row as it is, whoever touched what: for rows that would not fit together after a merge."""
    kept = tuple(name for name, new in theirs.items() if ours[name] != new)
    return Merged({}, kept, tuple(name for name in kept if base.get(name, MISSING) != theirs[name]))


def merge_links(base: set[Link], ours: set[Link], theirs: set[Link]) -> set[Link]:
    """Merge links one by one: a link that the pack added or dropped follows the pack, any other stays as it is."""
    return (ours - (base - theirs)) | (theirs - base)


def misfits(dose: Mapping[str, Any], phases: Iterable[Mapping[str, Any]]) -> list[tuple[int, str]]:
    """Return what keeps a dose and its phases from making an exercise: a phase's index (-1 for all) and a code.

    Every phase that is shown needs a length; only a hold may take it from its dose.
    """
    found = []
    shown = [(index, phase) for index, phase in enumerate(phases) if not phase["retired"]]
    for index, phase in shown:
        given = [phase["seconds"] is not None, phase["breaths"] is not None]
        if all(given):
            found.append((index, "length_twice"))
        elif not any(given) and phase["kind"] != "hold":
            found.append((index, "length_missing"))
        elif not any(given) and not dose["hold_kind"]:
            found.append((index, "hold_missing"))
    return found if shown else [(-1, "no_phase")]


def claim_fault(low: int | None, high: int | None) -> str:
    """Return what is wrong with the minutes that a source claims, or an empty code."""
    if (low is None) != (high is None):
        return "claim_incomplete"
    return "max_below_min" if low is not None and high is not None and high < low else ""


def validate(
    numbers: object, words: object, figures: Mapping[str, Collection[str]] | None = None
) -> tuple[list[Row], list[Problem]]:
    """Return the pack's rows, in the order in which they can be written, and no problem; or no row, and every problem.

    ``figures`` maps each figure's name to its poses; None leaves figures and poses unchecked.
    """
    reading = PackReading(Reader(NUMBERS), Reader(WORDS), figures)
    rows = reading.rows(numbers, words)
    problems = reading.numbers.problems + reading.words.problems
    return ([], problems) if problems else (rows, [])


@dataclass
class PackReading:
    """One pass over a pack, section by section. Each section's method returns the rows of one of its entries."""

    numbers: Reader
    words: Reader
    figures: Mapping[str, Collection[str]] | None
    known: dict[str, dict[str, object]] = field(default_factory=dict)  # the entries of each section

    def rows(self, numbers: object, words: object) -> list[Row]:
        top = self.numbers.record(numbers, "", ("version", *SECTIONS))
        if top["version"] is not MISSING and top["version"] != VERSION:
            self.numbers.bad("version", "unknown_version", VERSION)
        said = self.words.record(words, "", SECTIONS)
        if not (isinstance(numbers, dict) and isinstance(words, dict)):
            return []  # without one file, everything in the other would seem unknown
        self.known = {name: self.numbers.mapping(top[name], name) for name in SECTIONS}
        rows: list[Row] = []
        for name, read in zip(
            SECTIONS, (self.source, self.exercise, self.routine, self.guide, self.safety), strict=True
        ):
            spoken = self.words.mapping(said[name], name)
            for slug in sorted(spoken.keys() - self.known[name].keys()):
                self.words.bad(f"{name}.{slug}", "unknown_key")
            for slug, value in self.known[name].items():
                self.numbers.slug(slug, f"{name}.{slug}")
                if slug not in spoken:
                    self.words.bad(f"{name}.{slug}", "missing")
                rows += read(slug, f"{name}.{slug}", value, spoken.get(slug, MISSING))
        self.check_orders(rows)
        if not any(row.values["kind"] == "emergency" for row in rows if row.kind == "safety"):
            self.numbers.bad("safety", "no_emergency")
        link_both_ways(rows)
        return rows

    def texts(self, kind: str, path: str, value: object, *others: str) -> Values:
        """Read the words of one entry; ``others`` are keys that somebody else reads."""
        optional = OPTIONAL.get(kind, ())
        required = [name for name in TEXTS[kind] if name not in optional]
        found = self.words.record(value, path, (*required, *others), optional)
        return {
            name: self.words.text(found[name], f"{path}.{name}", longest, empty=name in optional)
            for name, longest in TEXTS[kind].items()
        }

    def order(self, found: Mapping[str, object], path: str) -> int:
        return self.numbers.whole(found["order"], f"{path}.order")

    def sources(self, found: Mapping[str, object], path: str) -> list[str]:
        return sorted(self.numbers.references(found["sources"], f"{path}.sources", self.known["sources"]))

    def source(self, slug: str, path: str, value: object, said: object) -> list[Row]:
        read = self.numbers
        found = read.record(value, path, ("kind",), ("published", "reference"))
        values = {
            "kind": read.choice(found["kind"], f"{path}.kind", SOURCE_KINDS),
            "published": read.text(found["published"], f"{path}.published", 60, empty=True),
            "reference": read.text(found["reference"], f"{path}.reference", 200, empty=True),
        }
        return [row("source", (slug,), values | self.texts("source", path, said))]

    def exercise(self, slug: str, path: str, value: object, said: object) -> list[Row]:
        read = self.numbers
        found = read.record(
            value, path, ("order", "source", "dose", "phases"), ("figure", "precautions", "opt_in", "variations")
        )
        figure = read.text(found["figure"], f"{path}.figure", 60, empty=True)
        if figure and self.figures is not None and figure not in self.figures:
            read.bad(f"{path}.figure", "unknown_figure", figure)
        tags = read.references(found["precautions"], f"{path}.precautions", PRECAUTIONS)
        variations = read.references(found["variations"], f"{path}.variations", self.known["exercises"])
        if slug in variations:
            read.bad(f"{path}.variations", "itself")
        values = {
            "order": self.order(found, path),
            "source": read.reference(found["source"], f"{path}.source", self.known["sources"]),
            "figure": figure,
            "precautions": [tag for tag in PRECAUTIONS if tag in tags],
            "opt_in": read.flag(found["opt_in"], f"{path}.opt_in"),
            "variations": variations,
        }
        values |= self.texts("exercise", path, said, "phases")
        before = len(read.problems)
        dose = self.dose(f"{path}.dose", found["dose"])
        phases = self.phases(slug, f"{path}.phases", found["phases"], said)
        if len(read.problems) == before:
            self.check_exercise(f"{path}.phases", figure, dose, phases)
        return [row("exercise", (slug,), values), Row("dose", (slug,), dose), *phases]

    def dose(self, path: str, value: object) -> Values:
        read, before = self.numbers, len(self.numbers.problems)
        found = read.record(value, path, ("sets", "reps"), ("per", "hold", "per_side", "times_per_day", "progression"))
        low, high = read.pair(found["reps"], f"{path}.reps")
        held, grows = not absent(found["hold"]), not absent(found["progression"])
        hold = read.record(found["hold"] if held else MISSING, f"{path}.hold", ("kind", "min", "max"))
        steps = read.record(
            found["progression"] if grows else MISSING, f"{path}.progression", ("start", "goal", "step")
        )
        values: Values = {
            "sets": read.whole(found["sets"], f"{path}.sets", 1),
            "reps_min": low,
            "reps_max": high,
            "per": read.choice(found["per"], f"{path}.per", PER),
            "hold_kind": read.choice(hold["kind"], f"{path}.hold.kind", HOLD_KINDS) if held else "",
            "hold_min": read.whole(hold["min"], f"{path}.hold.min", 1) if held else None,
            "hold_max": read.whole(hold["max"], f"{path}.hold.max", 1) if held else None,
            "per_side": read.flag(found["per_side"], f"{path}.per_side"),
            "times_per_day": read.optional_whole(found["times_per_day"], f"{path}.times_per_day"),
            "progression_reason": "",
        }
        for name, figure in steps.items():
            values[name] = read.whole(figure, f"{path}.progression.{name}", 1) if grows else None
        if len(read.problems) == before:
            for fault in doses.faults(values, values):
                read.bad(f"{path}.{DOSE_PLACES.get(fault.field, fault.field)}", fault.code)
        return values

    def phases(self, slug: str, path: str, value: object, said: object) -> list[Row]:
        cues = self.words.mapping(said.get("phases", MISSING) if isinstance(said, dict) else MISSING, path)
        rows: list[Row] = []
        seen: set[str] = set()
        for index, item in enumerate(self.numbers.items(value, path)):
            found = self.numbers.record(
                item, f"{path}.{index + 1}", ("key", "kind"), ("seconds", "breaths", "applies", "pose")
            )
            key = self.numbers.slug(found["key"], f"{path}.{index + 1}.key")
            if key in seen:
                self.numbers.bad(f"{path}.{key}", "duplicate", key)
            if key and key not in cues:
                self.words.bad(f"{path}.{key}", "missing")
            seen |= {key} - {""}
            values = self.phase(f"{path}.{key or index + 1}", found, cues.get(key, MISSING))
            rows.append(row("phase", (slug, key), values | {"order": PHASE_STEP * (index + 1)}))
        for key in sorted(cues.keys() - seen):
            self.words.bad(f"{path}.{key}", "unknown_key")
        return rows

    def phase(self, path: str, found: Mapping[str, object], cue: object) -> Values:
        read = self.numbers
        return {
            "kind": read.choice(found["kind"], f"{path}.kind", PHASE_KINDS),
            "cue": self.words.text(cue, path, TEXTS["phase"]["cue"]),
            "seconds": read.optional_whole(found["seconds"], f"{path}.seconds", 1, 300),
            "breaths": read.optional_whole(found["breaths"], f"{path}.breaths", 1, 60),
            "applies": read.choice(found["applies"], f"{path}.applies", APPLIES),
            "pose": read.text(found["pose"], f"{path}.pose", 40, empty=True),
        }

    def check_exercise(self, path: str, figure: str, dose: Values, phases: Sequence[Row]) -> None:
        for index, code in misfits(dose, [phase.values for phase in phases]):
            self.numbers.bad(f"{path}.{phases[index].key[1]}" if index >= 0 else path, code)
        if self.figures is None or figure not in self.figures:
            return
        for phase in phases:
            pose = phase.values["pose"]
            if pose and pose not in self.figures[figure]:
                self.numbers.bad(f"{path}.{phase.key[1]}.pose", "unknown_pose", pose)

    def routine(self, slug: str, path: str, value: object, said: object) -> list[Row]:
        read = self.numbers
        found = read.record(value, path, ("order", "source", "times_per_day", "exercises"), ("claimed_minutes",))
        claim = found["claimed_minutes"]
        low, high = (None, None) if absent(claim) else read.pair(claim, f"{path}.claimed_minutes")
        if fault := claim_fault(low, high):
            read.bad(f"{path}.claimed_minutes", fault)
        values = {
            "order": self.order(found, path),
            "source": read.reference(found["source"], f"{path}.source", self.known["sources"]),
            "times_per_day": read.whole(found["times_per_day"], f"{path}.times_per_day", 1, 2),
            "claimed_minutes_min": low,
            "claimed_minutes_max": high,
        }
        members = read.references(found["exercises"], f"{path}.exercises", self.known["exercises"])
        if found["exercises"] == []:
            read.bad(f"{path}.exercises", "empty")
        steps = [
            row("step", (slug, member), {"order": PHASE_STEP * place}) for place, member in enumerate(members, start=1)
        ]
        return [row("routine", (slug,), values | self.texts("routine", path, said)), *steps]

    def guide(self, slug: str, path: str, value: object, said: object) -> list[Row]:
        found = self.numbers.record(value, path, ("order",), ("sources",))
        values: Values = {"order": self.order(found, path), "sources": self.sources(found, path)}
        return [row("guide", (slug,), values | self.texts("guide", path, said))]

    def safety(self, slug: str, path: str, value: object, said: object) -> list[Row]:
        found = self.numbers.record(value, path, ("kind", "order"), ("sources",))
        values = {
            "kind": self.numbers.choice(found["kind"], f"{path}.kind", SAFETY_KINDS),
            "order": self.order(found, path),
            "sources": self.sources(found, path),
            "text": self.words.text(said, path, TEXTS["safety"]["text"]),
        }
        return [row("safety", (slug,), values)]

    def check_orders(self, rows: Sequence[Row]) -> None:
        """Two rows in the same place would change places from page to page."""
        sections = {"exercise": "exercises", "routine": "routines", "guide": "guide", "safety": "safety"}
        taken: dict[tuple[str, str, int], str] = {}
        for found in rows:
            if found.kind in sections:
                group = found.values["kind"] if found.kind == "safety" else ""
                place = (found.kind, group, found.values["order"])
                if place in taken:
                    self.numbers.bad(f"{sections[found.kind]}.{found.key[0]}.order", "order_taken", taken[place])
                taken.setdefault(place, found.key[0])


def row(kind: str, key: tuple[str, ...], values: Values) -> Row:
    """Return a row that people see; whether it is retired is a value that packs and editors both may set."""
    return Row(kind, key, values | {"retired": False})


def link_both_ways(rows: Iterable[Row]) -> None:
    """A variation named on one side is one on both."""
    exercises = {found.key[0]: found.values for found in rows if found.kind == "exercise"}
    pairs = {(slug, other) for slug, values in exercises.items() for other in values["variations"]}
    pairs |= {(other, slug) for slug, other in pairs}
    for slug, values in exercises.items():
        values["variations"] = sorted(other for one, other in pairs if one == slug)
