"""What happens in a round, and what must hold. Each returns after how many seconds logs were acknowledged again."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, urlencode

from tests.faults.death import HEADER
from tests.faults.scene import Scene
from tests.faults.writers import LOG, PAUSE, SAVED, SOON, said
from tests.support.visitor import Visitor

HUNG = 7  # seconds
ALIKE, WRITERS = 20, 50
CONFLICT = 409
PUBLIC = "/spasm/"
WRONG = ("lost", "doubled", "differing")  # what a recount should not find
PATIENCE = 60  # seconds until nothing will come back any more

Case = Callable[[Scene], Awaitable[float]]


async def kill_worker(scene: Scene) -> float:
    async with scene.load():
        while not (workers := scene.site.workers):
            await asyncio.sleep(PAUSE)
        moment = time.monotonic()
        os.kill(random.choice(workers), signal.SIGKILL)
        return await scene.crowd.acknowledged_since(moment, PATIENCE)


async def kill_all(scene: Scene) -> float:
    """Workers and master at once, under load; then the server starts as its container does."""
    async with scene.load():
        moment = time.monotonic()
        await asyncio.to_thread(scene.site.kill)
        return await scene.crowd.acknowledged_since(moment, PATIENCE)


async def stop_database(scene: Scene) -> float:
    async with scene.load():
        moment = time.monotonic()
        await asyncio.to_thread(scene.stop_database)
        return await scene.crowd.acknowledged_since(moment, PATIENCE)


async def die_before_reply(scene: Scene) -> float:
    """The worker dies after COMMIT: sent again, the log is found and acknowledged."""
    person = scene.people[0]
    moment = time.monotonic()
    async with scene.kept_up():
        await scene.crowd.log(person, uuid.uuid4(), **{HEADER: "1"})
    return time.monotonic() - moment


async def send_alike(scene: Scene) -> float:
    """The same key in parallel: all are acknowledged, one is stored. With another body it is refused."""
    person, key = scene.people[0], uuid.uuid4()
    body = said(scene.crowd.form, person.slot, key)
    person.slot += 1
    answers = await asyncio.gather(*(settled(person.visitor, LOG, body) for _ in range(ALIKE)))
    expect("the same key", Counter(answers), {SAVED: ALIKE})
    scene.crowd.ledger.note(key, person.owner)
    other = await settled(person.visitor, LOG, body.replace("pain_before=4", "pain_before=9"))
    expect("the same key with another body", other, CONFLICT)
    return 0.0


async def fill_disk(scene: Scene) -> float:
    """Nothing can be stored: people are told so, and pages can still be read."""
    ledger, person = scene.crowd.ledger, scene.people[0].visitor
    await visit(scene)
    async with scene.load():
        with scene.full():
            told = ledger.told
            async with asyncio.timeout(PATIENCE):
                while ledger.told == told:
                    await asyncio.sleep(0.05)
            expect("a public page while the disk is full", (await scene.stranger.get(PUBLIC)).status, 200)
            if scene.server is None:  # PostgreSQL stops altogether when its log of changes has no room
                expect("today while the disk is full", (await person.get("/today/")).status, 200)
        moment = time.monotonic()
        await asyncio.to_thread(scene.revive)
        return await scene.crowd.acknowledged_since(moment, PATIENCE)


async def hang_database(scene: Scene) -> float:
    """The database takes requests and does not answer: people are told within seconds, public pages go on."""
    ledger = scene.crowd.ledger
    await visit(scene)
    async with scene.load():
        ledger.slowest, told = 0.0, ledger.told
        with scene.hung():
            ended = time.monotonic() + HUNG
            expect("a public page while the database hangs", (await scene.stranger.get(PUBLIC)).status, 200)
            expect("/healthz while the database hangs", (await scene.stranger.get("/healthz")).status, 200)
            await asyncio.sleep(ended - time.monotonic())
        moment = time.monotonic()
        back = await scene.crowd.acknowledged_since(moment, PATIENCE)
    expect("somebody was told that the database hangs", ledger.told > told, True)
    return back


async def back_up(scene: Scene) -> float:
    """A backup made under load has every log that was acknowledged before it was begun, and nothing by halves."""
    async with scene.load():
        archive, ledger = await asyncio.to_thread(scene.back_up)
    found = await asyncio.to_thread(scene.restored, archive, ledger)
    expect("a restored backup", {name: found[name] for name in WRONG}, dict.fromkeys(WRONG, 0))
    return 0.0


async def write_together(scene: Scene) -> float:
    """Fifty logs of one person at once, then fifty edits of one of them: one edit holds, the others are stale."""
    person = scene.people[1]
    await asyncio.gather(*(scene.crowd.log(person, uuid.uuid4()) for _ in range(WRITERS)))
    history = await person.visitor.get("/sessions/")
    found = re.search(rb"/sessions/[0-9a-f-]{36}/", history.body)
    assert found
    address = f"{found[0].decode()}edit/"
    form = await person.visitor.get(address)
    values = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form.body.decode()))
    date = re.search(rb'name="date" value="([\d-]+)"', form.body)
    period = re.search(rb'name="period"\s+value="(\w+)"[^>]*checked', form.body)
    assert date
    assert period
    said = dict(parse_qsl(scene.crowd.form, keep_blank_values=True)) | values
    said |= {"date": date[1].decode(), "period": period[1].decode()}
    edits = [urlencode(said | {"note": f"number {number}"}) for number in range(WRITERS)]
    answers = await asyncio.gather(*(settled(person.visitor, address, edit) for edit in edits))
    expect("edits of one version", Counter(answers), {SAVED: 1, CONFLICT: WRITERS - 1})
    return 0.0


async def settled(visitor: Visitor, path: str, form: str) -> int:
    """Return the status of what was sent, as often as its answer was to try again."""
    while (answer := await visitor.post(path, form)).status == SOON:
        await asyncio.sleep(PAUSE)
    return answer.status


async def visit(scene: Scene) -> None:
    """See to it that each worker has its copy of the public page."""
    for _ in range(ALIKE):
        await scene.stranger.get(PUBLIC)


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise RuntimeError(f"{what}: {found} instead of {wanted}")
