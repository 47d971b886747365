"""What is measured, as the process that fills the database hands it to the one that makes the load."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

STRANGER = "stranger"


@dataclass(frozen=True)
class Page:
    """One page as one person sees it: ``who`` is a stranger, or somebody with so many sessions."""

    name: str
    who: str
    path: str
    limit: float | None = None  # how many floors (c) it may cost; logging: how many bare inserts
    session: str = ""  # the key in the cookie
    queries: int = 0
    size: int = 0  # bytes, gzipped
    writes: bool = False


@dataclass(frozen=True)
class Plan:
    """Pages, the floors by name, the session keys of those who log, and the day from which on they have not."""

    pages: list[Page]
    floors: dict[str, Page]
    writers: list[str]
    form: str  # the body of a log, with %DATE%, %PERIOD% and %KEY%
    first: str

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> Self:
        found = json.loads(path.read_text())
        pages = [Page(**page) for page in found.pop("pages")]
        floors = {name: Page(**page) for name, page in found.pop("floors").items()}
        return cls(pages=pages, floors=floors, **found)
