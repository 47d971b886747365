"""The red-flag screen: which sign is asked when, what an answer comes to, and what counts as getting worse. Pure.

The signs are the content's notes of the kinds emergency and urgent, in an editor's words. When to ask, and that a
"yes" ends the questions, is our rule.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EMERGENCY, URGENT, CLEAR = "emergency", "urgent", "clear"


@dataclass(frozen=True)
class Sign:
    """One sign; ``kind`` is emergency or urgent."""

    slug: str
    kind: str
    text: str


def ordered(signs: Sequence[Sign]) -> list[Sign]:
    """Return the signs in the order in which they are asked: emergencies first, else as they came."""
    return sorted(signs, key=lambda sign: sign.kind != EMERGENCY)


def fingerprint(signs: Sequence[Sign]) -> str:
    """Return what changes with the signs, their order, their kinds or a word of them."""
    said = "\n".join(f"{sign.slug} {sign.kind} {sign.text}" for sign in signs)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def after(signs: Sequence[Sign], slug: str) -> Sign | None:
    """Return the sign that is asked after ``slug``; None after the last one. Raises ValueError for an unknown one."""
    place = [sign.slug for sign in signs].index(slug) + 1
    return signs[place] if place < len(signs) else None


def answers(signs: Sequence[Sign], yes: str = "", *, each: bool = False) -> dict[str, bool]:
    """Return what was answered, by the sign's slug: ``yes`` to one, or no to all of them.

    Asked one by one (``each``), a yes says no to those before it; out of the list, it says nothing of the others.
    """
    if not yes:
        return {sign.slug: False for sign in signs}
    before = [sign.slug for sign in signs]
    asked = before[: before.index(yes)] if each else []
    return dict.fromkeys(asked, False) | {yes: True}


def outcome(signs: Sequence[Sign], answered: Mapping[str, bool]) -> str:
    """Return the gravest kind that was answered with yes; CLEAR where none was."""
    kinds = {sign.kind for sign in signs if answered.get(sign.slug)}
    return next((kind for kind in (EMERGENCY, URGENT) if kind in kinds), CLEAR)


def worse(pain: int | None, before: int | None, *, high: int, rise: int) -> bool:
    """Return whether a score is a reason to ask for the signs: a high one, or ``rise`` points above the one before."""
    if pain is None:
        return False
    return pain >= high or (before is not None and pain - before >= rise)
