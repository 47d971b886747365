"""What differs between a content row and its pack, parts included, in an editor's words; and the way back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from exercises import pack
from exercises.models import Dose, Phase, RoutineStep, SafetyNote
from exercises.records import Stamp, Table, children, table_of, values, write
from exercises.seeded import Seeded
from exercises.wording import last_sign, phase_fault

RESET = "Reset to the pack"


@dataclass(frozen=True)
class Difference:
    """One field of a row or of its part, as it was or would be (``old``), and as it is (``new``); all in words."""

    part: str
    field: str
    old: str
    new: str


def differences(item: Seeded) -> list[Difference]:
    """Return what an editor changed in a row and its parts; nothing for a row that the pack does not have."""
    if not item.pack:
        return []
    found = compared(table_of(item), "", known(item), values(item))
    for child in children(item):
        name = part_name(child)
        if child.pack:
            found += compared(table_of(child), name, known(child), values(child))
        elif not getattr(child, "retired", False):
            found.append(Difference(name, "", _("not there"), _("added by an editor")))
    return found


def differs(item: Seeded) -> bool:
    """Tell whether a field of this row alone differs from the pack; without a query where its lists were fetched."""
    return bool(item.pack) and any(values(item)[name] != value for name, value in known(item).items())


def touched(item: Seeded, parts: Iterable[Seeded]) -> bool:
    """Tell whether an editor changed a pack's row or one of its parts, or added a part that is shown."""
    added = any(not part.pack and not getattr(part, "retired", False) for part in parts)
    return bool(item.pack) and (added or any(differs(row) for row in (item, *parts)))


def reset(item: Seeded) -> int:
    """Give a row and its parts the pack's values again, and retire the parts that an editor added.

    Returns how many rows that changed. Raises ValidationError, with the reason, where the pack's values cannot stand.
    """
    stamp = Stamp(timezone.now(), RESET)
    changed = 0
    for row in (item, *children(item)):
        wanted = known(row) if row.pack else {"retired": True} if row is not item and hasattr(row, "retired") else {}
        now = values(row)
        changes = {name: value for name, value in wanted.items() if now[name] != value}
        if changes:
            write(row, changes, stamp)
            changed += 1
    check(item)
    return changed


def check(item: Seeded) -> None:
    """Raise ValidationError unless a row, and its parts as the database holds them, can be shown to people."""
    parts = children(item)
    for row in (item, *parts):
        row.full_clean()
    if isinstance(item, SafetyNote):
        signs = SafetyNote.objects.filter(kind__in=SafetyNote.SIGNS)
        kinds, shown = (set(found.values_list("kind", flat=True)) for found in (signs, signs.shown()))
        for kind in ({SafetyNote.Kind.EMERGENCY} | kinds) - shown:
            raise ValidationError(last_sign(kind))
    dose = next((values(part) for part in parts if isinstance(part, Dose)), None)
    phases = [values(part) for part in parts if isinstance(part, Phase)]
    if dose is not None:
        for _index, code in pack.misfits(dose, phases):
            raise ValidationError(phase_fault(code))


def known(item: Seeded) -> pack.Values:
    """Return what the pack gave last, of the fields that there are today."""
    names = values(item).keys()
    return {name: value for name, value in item.pack.items() if name in names}


def compared(table: Table, part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    return [
        Difference(part, label(table, name), worded(table, name, value), worded(table, name, new[name]))
        for name, value in old.items()
        if new[name] != value
    ]


def part_name(part: Any) -> str:
    """Return how an editor calls a part of a row, or a record of it in a history."""
    model = getattr(part, "instance_type", type(part))
    if model is Phase:
        return _("Phase %(key)s") % {"key": part.slug}
    if model is RoutineStep:
        return _("Step %(exercise)s") % {"exercise": part.exercise}
    return capfirst(str(model._meta.verbose_name))


def label(table: Table, name: str) -> str:
    return capfirst(str(getattr(table.model._meta.get_field(name), "verbose_name", name)))


def worded(table: Table, name: str, value: object) -> str:
    """Return a value as the admin's forms word it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return "—"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    choices = dict(getattr(table.model._meta.get_field(name), "flatchoices", ()))
    return str(choices.get(value, value))
