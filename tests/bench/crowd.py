"""A crowd at its own pace: people who look at a page or log, think, and do it again."""

from __future__ import annotations

import asyncio
import datetime
import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from statistics import quantiles

from tests.bench.plan import Plan
from tests.support.visitor import Visitor

USERS = 200
WARM = 5  # seconds until all that is kept in memory is there
WRITES = 0.3  # of all requests
PAGES = ("/today/", "/sessions/", "/progress/", "/sessions/new/?period=pm")
SPAN = 300  # days that the crowd may fill, beyond those of the other measurements
P50, P99 = 50, 500  # milliseconds


@dataclass
class Seen:
    """Milliseconds of all answers, and how many of them were not what was asked for."""

    began: float  # by the monotonic clock; times from before do not count
    times: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        cuts = quantiles(self.times, n=100)
        wrong = dict(self.wrong) or "none"
        missed = "  MISSED" if self.wrong or cuts[49] > P50 or cuts[98] > P99 else ""
        return (
            f"{len(self.times)} answers, p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms, wrong {wrong}"
            f"  goal {P50} and {P99} ms, none wrong{missed}"
        )


async def live(port: int, plan: Plan, seconds: float, think: float) -> Seen:
    """Let USERS people use the site for ``seconds``, with a pause of ``think`` seconds on average."""
    seen = Seen(began=time.monotonic() + WARM)
    ended = seen.began + seconds
    sessions = [plan.writers[number % len(plan.writers)] for number in range(USERS)]
    visitors = [Visitor(port, one) for one in sessions]
    await asyncio.gather(*(person(one, plan, number, ended, think, seen) for number, one in enumerate(visitors)))
    return seen


async def person(visitor: Visitor, plan: Plan, number: int, ended: float, think: float, seen: Seen) -> None:
    last = datetime.date.fromisoformat(plan.first) + datetime.timedelta(days=SPAN)
    slot = number // len(plan.writers)  # two who share a session key take turns
    while time.monotonic() < ended:
        await asyncio.sleep(random.uniform(0, 2 * think))
        started, writes = time.monotonic(), random.random() < WRITES
        try:
            if writes:
                date = last - datetime.timedelta(days=slot // 2)
                body = plan.form.replace("%DATE%", str(date)).replace("%PERIOD%", ("am", "pm")[slot % 2])
                slot += -(-USERS // len(plan.writers))
                answer = await visitor.post("/sessions/new/", body.replace("%KEY%", str(uuid.uuid4())))
            else:
                answer = await visitor.get(random.choice(PAGES))
            if answer.status != (302 if writes else 200):
                seen.wrong[str(answer.status)] += 1
        except (OSError, TimeoutError) as error:
            seen.wrong[type(error).__name__] += 1
        if started > seen.began:
            seen.times.append((time.monotonic() - started) * 1000)
