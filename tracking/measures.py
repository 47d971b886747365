"""What the questionnaires add up to and when they are asked again. Pure: figures only.

Scoring, anchors and citations were compared with public reprints of the two forms, which name the papers; the papers
themselves were not read. An editor does that before relying on more than is said here.
"""

import datetime
from collections.abc import Collection

STATEMENTS = 24  # of the Roland-Morris questionnaire
MOST_GOALS = 3  # activities at a time, as in the Patient-Specific Functional Scale


def roland_morris(ticked: Collection[int]) -> int:
    """Return the score, 0 (no disability) to 24: the number of statements ticked, and one left open counts 0.

    ``ticked`` are numbers from 1 to 24; raises ValueError for others and for one given twice.
    Source: Roland and Morris, Spine 1983;8:141–144.
    """
    if len(set(ticked)) != len(ticked) or not set(ticked) <= set(range(1, STATEMENTS + 1)):
        raise ValueError(f"statements are numbered 1 to {STATEMENTS}, each once, not {ticked}")
    return len(ticked)


def due(last: datetime.date | None, today: datetime.date, days: int) -> bool:
    """Return whether to ask again: ``days`` after the ``last`` time, or when it was never asked."""
    return last is None or (today - last).days >= days


def worth_asking(last: datetime.date | None, today: datetime.date, days: int) -> bool:
    """Return whether to remind of what is optional: from ``days`` after the ``last`` time, for as long again.

    Who never filled it in, or lets it pass, is not asked: an editor's choice.
    """
    return last is not None and days <= (today - last).days < 2 * days
