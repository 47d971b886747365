"""What is lost when things break: ``python3 dev.py faults``.

People log without a pause and keep a ledger of what was acknowledged; what was not, they send again with the same key.
Meanwhile workers and the whole server are killed, the database is stopped, hung or out of room. Afterwards, lost is
what the ledger has and the database has not; doubled, rows beyond one a key and one a slot; differing, targets and
totals that a recount in the order of storing does not give.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults import cases
from tests.faults.cases import Case
from tests.faults.scene import Scene, staged
from tests.support import postgres

DATABASES = ("postgres", "sqlite")
BACK = 5  # seconds until it works again, and until people are told that it does not
HEAD = (
    f"{'':<34}{'rounds':>7}{'acknowledged':>14}{'lost':>6}{'doubled':>9}{'differing':>11}{'back after (s)':>18}  goal"
)


@dataclass(frozen=True)
class Fault:
    """``share`` of the rounds that are asked for; ``backs``: whether the time until it works again is measured."""

    name: str
    case: Case
    share: float = 1.0
    backs: bool = True


FAULTS = [
    Fault("D1 kill -9 of a worker", cases.kill_worker),
    Fault("D1 kill -9 of workers and master", cases.kill_all),
    Fault("D2 PostgreSQL stopped at once", cases.stop_database, 0.2),
    Fault("D3 death after COMMIT", cases.die_before_reply),
    Fault("D4 one key 20 times", cases.send_alike, backs=False),
    Fault("D5 disk full", cases.fill_disk, 0.05),
    Fault("D6 database hung", cases.hang_database, 0.05),
    Fault("D8 50 writers, 50 edits", cases.write_together, 0.05, backs=False),
    Fault("D9 backup, restored", cases.back_up, 0.05, backs=False),
]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dev.py faults", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, action="append", help="one of them only")
    parser.add_argument("--rounds", type=int, default=3, help="of D1, D3 and D4; others have fewer (default: 3)")
    parser.add_argument("--faults", default="", help="only those whose name has this in it, such as D5")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started ends with us
    try:
        held = [suffer(database, options) for database in options.database or DATABASES]
    except (postgres.PostgresMissingError, RuntimeError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0 if all(held) else 1


def suffer(database: str, options: argparse.Namespace) -> bool:
    """Print the table of one database; return whether nothing was lost, doubled or wrongly answered."""
    with staged(database) as scene:
        print(f"\n=== {database}, load of the machine {os.getloadavg()[0]:.1f}\n{HEAD}", flush=True)
        chosen = [fault for fault in FAULTS if options.faults in fault.name]
        if scene.server is None:
            chosen = [fault for fault in chosen if fault.case is not cases.stop_database]
        held = [asyncio.run(endure(scene, fault, options.rounds)) for fault in chosen]
    return all(held)


async def endure(scene: Scene, fault: Fault, rounds: int) -> bool:
    """Let one fault happen and print its line."""
    ledger = scene.crowd.ledger
    before, ledger.slowest = ledger.acknowledged, 0.0
    ledger.refused.clear()
    number = max(1, round(rounds * fault.share))
    backs = [await fault.case(scene) for _ in range(number)]
    found = await asyncio.to_thread(scene.recounted)
    wrong = {name: found[name] for name in cases.WRONG}
    line = f"{fault.name:<34}{number:>7}{ledger.acknowledged - before:>14}"
    line += "".join(f"{count:>{width}}" for count, width in zip(wrong.values(), (6, 9, 11), strict=True))
    if fault.backs:
        late = "  MISSED" if max(backs) > BACK else ""
        line += f"{f'{sorted(backs)[len(backs) // 2]:.1f}, at most {max(backs):.1f}':>18}  {BACK}{late}"
    if ledger.slowest:
        late = "  MISSED" if ledger.slowest > BACK else ""
        line += f"  told after {ledger.slowest:.1f} s at most{late}"
    if ledger.refused:
        line += f"  WRONG ANSWERS {dict(ledger.refused)}"
    print(line, flush=True)
    return not any(wrong.values()) and not ledger.refused


if __name__ == "__main__":
    raise SystemExit(main())
