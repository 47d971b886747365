"""People who log without a pause, and keep a ledger of what was acknowledged.

Each of them sends one session after the other. What is not acknowledged is sent again with the same key, as a phone
does that has lost its connection.
"""

from __future__ import annotations

import asyncio
import datetime
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.support.visitor import Answer, Visitor

LOG = "/sessions/new/"
FIRST = datetime.date(2001, 1, 1)  # the day of everybody's first session
SAVED = 302
SOON = 503
PAUSE = 0.1  # seconds before it is sent again


def said(form: str, slot: int, key: uuid.UUID) -> str:
    """Return the form for somebody's session number ``slot``."""
    date, period = FIRST + datetime.timedelta(days=slot // 2), ("am", "pm")[slot % 2]
    return form.replace("%DATE%", str(date)).replace("%PERIOD%", period).replace("%KEY%", str(key))


@dataclass
class Person:
    owner: int
    visitor: Visitor
    slot: int = 0  # of the next session


class Ledger:
    """What was acknowledged, on disk as it comes; and what else was answered."""

    def __init__(self, file: Path) -> None:
        self.file = file.open("a", buffering=1)
        self.acknowledged = 0
        self.last = 0.0  # when it was, by the monotonic clock
        self.refused: Counter[str] = Counter()  # answers that neither store nor ask for patience
        self.told = 0  # how often somebody was asked for patience
        self.slowest = 0.0  # seconds until somebody was told to try again

    def note(self, key: uuid.UUID, owner: int) -> None:
        self.file.write(f"{key} {owner}\n")
        self.acknowledged += 1
        self.last = time.monotonic()


class Crowd:
    """Everybody who logs, until ``stop``."""

    def __init__(self, people: list[Person], form: str, ledger: Ledger) -> None:
        self.people, self.form, self.ledger = people, form, ledger
        self.stopping = False

    async def log(self, person: Person, key: uuid.UUID, **headers: str) -> None:
        """Log one session, however often it takes."""
        body = said(self.form, person.slot, key)
        person.slot += 1
        while not await self.tried(person, key, body, headers):
            headers = {}
            await asyncio.sleep(PAUSE)

    async def tried(self, person: Person, key: uuid.UUID, body: str, headers: dict[str, str]) -> bool:
        """Return whether the session was acknowledged."""
        started = time.monotonic()
        try:
            answer = await person.visitor.post(LOG, body, **headers)
        except (OSError, TimeoutError):
            return False
        if answer.status == SAVED and "login" not in answer.headers["location"]:
            self.ledger.note(key, person.owner)
            return True
        self.judge(answer, time.monotonic() - started)
        return False

    def judge(self, answer: Answer, seconds: float) -> None:
        """Keep what should not have been answered: only a 503 that says when to come back is right."""
        if answer.status == SOON and "retry-after" in answer.headers:
            self.ledger.told += 1
            self.ledger.slowest = max(self.ledger.slowest, seconds)
        else:
            self.ledger.refused[str(answer.status)] += 1

    async def go_on(self, person: Person) -> None:
        while not self.stopping:
            await self.log(person, uuid.uuid4())

    async def acknowledged_since(self, moment: float, patience: float) -> float:
        """Return how many seconds after ``moment`` somebody's log was acknowledged. Raises TimeoutError."""
        async with asyncio.timeout(patience):
            while self.ledger.last <= moment:
                await asyncio.sleep(0.01)
        return self.ledger.last - moment
