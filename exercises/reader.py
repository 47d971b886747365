"""Reads values out of parsed YAML, and notes everything that is wrong with them instead of stopping. Pure."""

import re
import reprlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_LENGTH = 50  # characters
MOST = 32767  # what a small integer column holds
SHOWN = 80  # characters of a bad value that a problem quotes
SHORT = reprlib.Repr()
SHORT.maxlevel, SHORT.maxstring, SHORT.maxother = 3, SHOWN, SHOWN


@dataclass(frozen=True)
class Problem:
    """``path`` leads to the place in ``file``: exercises.bridge.dose.reps. ``code`` says what is wrong with it."""

    file: str
    path: str
    code: str
    detail: str = ""


class Missing:
    """The type of MISSING, which stands for a key that is not there. It is reported once, where it is missed."""


MISSING = Missing()


def quoted(value: object) -> str:
    """Return a bad value as a problem quotes it, however long or deep it is."""
    return SHORT.repr(value)


def absent(value: object) -> bool:
    """Tell whether an optional value was left out or is null."""
    return value is None or value is MISSING


@dataclass
class Reader:
    """Reads values of one file. Each method returns something harmless for a bad value, after noting the problem."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def bad(self, path: str, code: str, detail: object = "") -> None:
        self.problems.append(Problem(self.file, path.strip("."), code, str(detail)[:SHOWN]))

    def mapping(self, value: object, path: str) -> dict[str, object]:
        if value is MISSING:
            return {}
        if not isinstance(value, dict):
            self.bad(path, "not_mapping", quoted(value))
            return {}
        for key in value:
            if not isinstance(key, str):
                self.bad(path, "key_not_text", quoted(key))
        return {key: item for key, item in value.items() if isinstance(key, str)}

    def record(
        self, value: object, path: str, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, object]:
        """Read a mapping of known keys; a key that is not there is MISSING in the result."""
        found = self.mapping(value, path)
        for key in sorted(found.keys() - {*required, *optional}):
            self.bad(f"{path}.{key}", "unknown_key")
        if isinstance(value, dict):
            for key in required:
                if key not in found:
                    self.bad(f"{path}.{key}", "missing")
        return {key: found.get(key, MISSING) for key in (*required, *optional)}

    def text(self, value: object, path: str, longest: int, *, empty: bool = False) -> str:
        """Read a text of at most ``longest`` characters, without the white space around it."""
        if value is MISSING:
            return ""
        if not isinstance(value, str):
            self.bad(path, "not_text", quoted(value))
            return ""
        cleaned = value.replace("\r\n", "\n").strip()
        if not cleaned and not empty:
            self.bad(path, "empty")
        if len(cleaned) > longest:
            self.bad(path, "too_long", longest)
        return cleaned

    def whole(self, value: object, path: str, least: int = 0, most: int = MOST) -> int:
        if value is MISSING:
            return least
        if isinstance(value, bool) or not isinstance(value, int):
            self.bad(path, "not_whole", quoted(value))
            return least
        if not least <= value <= most:
            self.bad(path, "out_of_range", f"{least}–{most}")
            return least
        return value

    def optional_whole(self, value: object, path: str, least: int = 1, most: int = MOST) -> int | None:
        return None if absent(value) else self.whole(value, path, least, most)

    def flag(self, value: object, path: str) -> bool:
        if value is not MISSING and not isinstance(value, bool):
            self.bad(path, "not_flag", quoted(value))
        return value is True

    def choice(self, value: object, path: str, options: Sequence[str]) -> str:
        """Read one of ``options``; the first of them is what a key that was left out means."""
        if value is MISSING:
            return options[0]
        if not isinstance(value, str) or value not in options:
            self.bad(path, "not_option", ", ".join(options))
            return options[0]
        return value

    def pair(self, value: object, path: str) -> tuple[int, int]:
        """Read [from, to]."""
        if value is MISSING:
            return 1, 1
        if not isinstance(value, list) or len(value) != 2:
            self.bad(path, "not_pair", quoted(value))
            return 1, 1
        low, high = self.whole(value[0], path, 1), self.whole(value[1], path, 1)
        return low, high

    def items(self, value: object, path: str) -> list[object]:
        if value is MISSING:
            return []
        if not isinstance(value, list):
            self.bad(path, "not_list", quoted(value))
            return []
        return value

    def slug(self, value: object, path: str) -> str:
        if value is MISSING:
            return ""
        if not isinstance(value, str) or not SLUG.fullmatch(value) or len(value) > SLUG_LENGTH:
            self.bad(path, "not_slug", quoted(value))
            return ""
        return value

    def reference(self, value: object, path: str, known: Collection[str]) -> str:
        if value is MISSING:
            return ""
        if not isinstance(value, str) or value not in known:
            self.bad(path, "unknown_reference", value)
            return ""
        return value

    def references(self, value: object, path: str, known: Collection[str]) -> list[str]:
        """Read a list of keys of ``known``, each once."""
        found: list[str] = []
        for item in self.items(value, path):
            slug = self.reference(item, path, known)
            if slug in found:
                self.bad(path, "duplicate", slug)
            elif slug:
                found.append(slug)
        return found
