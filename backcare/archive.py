"""The file that a backup is: a tar of a manifest, the database's own dump, and the SHA-256 sums of both.

``tar -xf FILE && sha256sum -c SHA256SUMS`` checks it anywhere. The sums find damage; they do not prove who made it.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
DUMPS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}  # by Django's name for the database
SMALL = 4 * 1024 * 1024  # bytes; a manifest has a few kB
CHUNK = 1024 * 1024

Tell = Callable[[int], None]  # is told the bytes done so far


class BackupError(Exception):
    """A backup cannot be made or used; the message says why, to the operator."""


@dataclass(frozen=True)
class Manifest:
    """What is in an archive. ``migrations`` are the applied ones as app.name, ``rows`` the rows of each table."""

    version: str
    database: str
    server: str
    taken: str
    migrations: list[str]
    rows: dict[str, int]
    format: int = FORMAT

    @property
    def dump(self) -> str:
        return DUMPS[self.database]

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode() + b"\n"


def parsed(data: bytes) -> Manifest:
    """Return a manifest. Raises BackupError for what is none, or is of a format that this version does not know."""
    try:
        values: dict[str, Any] = json.loads(data)
        if values["format"] != FORMAT:
            raise BackupError(f"The archive has format {values['format']}; this version reads format {FORMAT}.")
        manifest = Manifest(**values)
        texts = (manifest.version, manifest.database, manifest.server, manifest.taken, *manifest.migrations)
        numbers = manifest.rows.values()
        sound = all(isinstance(one, str) for one in texts) and all(type(one) is int and one >= 0 for one in numbers)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BackupError(f"{MANIFEST} in the archive cannot be read.") from error
    if not sound or manifest.database not in DUMPS:
        raise BackupError(f"{MANIFEST} in the archive cannot be read.")
    return manifest


def write(path: Path, manifest: Manifest, dump: Path, tell: Tell) -> None:
    """Write an archive that is whole or not there, and that only its owner can read.

    Until it is whole it lies beside ``dump``, in a folder of ours: nobody else can have put a file of that name there.
    """
    unfinished = dump.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                sums = [add(tar, MANIFEST, io.BytesIO(manifest.as_bytes()), tell)]
                with dump.open("rb") as source:
                    sums.append(add(tar, manifest.dump, source, tell))
                add(tar, SUMS, io.BytesIO("".join(sums).encode()), tell)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def add(tar: tarfile.TarFile, name: str, source: IO[bytes], tell: Tell) -> str:
    """Add a file and return its line of sums."""
    member = tarfile.TarInfo(name)
    member.mode = 0o600
    member.size = source.seek(0, io.SEEK_END)
    source.seek(0)
    reader = Hashed(source, tell)
    tar.addfile(member, reader)
    return reader.line(name)


class Hashed:
    """Reads a file, hashing it on the way."""

    def __init__(self, source: IO[bytes], tell: Tell) -> None:
        self.source, self.tell = source, tell
        self.hash, self.done = hashlib.sha256(), 0

    def read(self, size: int = CHUNK) -> bytes:
        data = self.source.read(size)
        self.hash.update(data)
        self.done += len(data)
        self.tell(self.done)
        return data

    def line(self, name: str) -> str:
        return f"{self.hash.hexdigest()}  {name}\n"


def verify(path: Path, tell: Tell) -> Manifest:
    """Read an archive to its end and return its manifest. Raises BackupError unless it is whole and as it was made."""
    return read(path, None, tell)


def extract(path: Path, dump: Path, tell: Tell) -> Manifest:
    """Like ``verify``, with the dump written to ``dump``: which is not to be used when this raises."""
    return read(path, dump, tell)


def read(path: Path, dump: Path | None, tell: Tell) -> Manifest:
    with opened(path) as tar:
        member = next_file(tar, MANIFEST)
        if member.size > SMALL:
            raise BackupError(f"{MANIFEST} in the archive cannot be read.")
        data = content(tar, member).read()
        manifest = parsed(data)
        sums = f"{hashlib.sha256(data).hexdigest()}  {MANIFEST}\n"
        reader = Hashed(content(tar, next_file(tar, manifest.dump)), tell)
        with (dump or Path(os.devnull)).open("wb") as target:
            while chunk := reader.read():
                target.write(chunk)
        sums += reader.line(manifest.dump)
        if content(tar, next_file(tar, SUMS)).read(SMALL).decode("ascii", "replace") != sums:
            raise BackupError("The archive is damaged or was changed: a checksum does not match.")
        if tar.next() is not None:
            raise BackupError("The archive holds more than a backup does.")
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[tarfile.TarFile]:
    """Open an archive. What tar stumbles over is a BackupError."""
    try:
        with tarfile.open(path, "r:") as tar:
            yield tar
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {path}.") from error
    except (tarfile.TarError, EOFError, UnicodeDecodeError, ValueError) as error:
        raise BackupError("The archive is damaged or cut off, or is no backup.") from error


def next_file(tar: tarfile.TarFile, name: str) -> tarfile.TarInfo:
    """Return the next member, which must be the plain file of that name: nothing else is ever looked at."""
    member = tar.next()
    if member is None:
        raise BackupError(f"The archive is cut off: {name} is missing.")
    if member.name != name or not member.isreg() or member.issparse():
        raise BackupError(f"The archive is no backup: it holds {member.name!r} where {name} belongs.")
    return member


def content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    source = tar.extractfile(member)
    if source is None:
        raise BackupError(f"The archive is damaged: {member.name} cannot be read.")
    return source
