"""The file that a backup is: only one that is whole and as it was made is ever used."""

import io
import os
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from backcare import archive
from backcare.archive import MANIFEST, SUMS, BackupError, Manifest

TAKEN = Manifest("0.1.0", "sqlite", "3.40.1", "2026-11-21T12:00:00+00:00", ["auth.0001_initial"], {"auth_user": 3})
DATA = os.urandom(40_000)
Members = list[tuple[tarfile.TarInfo, bytes]]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """An archive with 40 kB of a database."""
    (tmp_path / "dump").write_bytes(DATA)
    archive.write(tmp_path / "sound.tar", TAKEN, tmp_path / "dump", quiet)
    return tmp_path / "sound.tar"


def quiet(done: int) -> None:
    """Say nothing."""


def test_an_archive_gives_back_what_was_put_in(sound: Path, tmp_path: Path) -> None:
    assert archive.extract(sound, tmp_path / "out", quiet) == TAKEN
    assert (tmp_path / "out").read_bytes() == DATA


def test_only_its_owner_can_read_an_archive(sound: Path) -> None:
    assert stat.S_IMODE(sound.stat().st_mode) == 0o600


def test_a_file_that_lies_in_its_way_lends_an_archive_no_rights(sound: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    planted = tmp_path / "shared" / ".new.tar.part"
    planted.write_text("somebody else's")
    planted.chmod(0o644)
    archive.write(tmp_path / "shared" / "new.tar", TAKEN, tmp_path / "dump", quiet)
    assert stat.S_IMODE((tmp_path / "shared" / "new.tar").stat().st_mode) == 0o600
    assert planted.read_text() == "somebody else's"


def test_an_archive_that_fails_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(DATA)

    def full(done: int) -> None:
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        archive.write(tmp_path / "new.tar", TAKEN, tmp_path / "dump", full)
    assert [path.name for path in tmp_path.iterdir()] == ["dump"]


@pytest.mark.parametrize("place", [100, 600, 2000, 5000, 30_000])
def test_a_changed_byte_is_found(sound: Path, place: int) -> None:
    data = bytearray(sound.read_bytes())
    data[place] ^= 0xFF
    sound.write_bytes(data)
    with pytest.raises(BackupError):
        archive.verify(sound, quiet)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 700, 1536, 2000, 20_000, 42_000])
def test_an_archive_that_breaks_off_is_refused(sound: Path, size: int) -> None:
    sound.write_bytes(sound.read_bytes()[:size])
    with pytest.raises(BackupError):
        archive.verify(sound, quiet)


@pytest.mark.parametrize("data", [b"no archive", b"\0" * 10_240, b"PK\x03\x04" * 500])
def test_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "other").write_bytes(data)
    with pytest.raises(BackupError):
        archive.verify(tmp_path / "other", quiet)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"no file .*gone\.tar"):
        archive.verify(tmp_path / "gone.tar", quiet)


def renamed(members: Members) -> None:
    members[1][0].name = "../../outside"


def absolute(members: Members) -> None:
    members[1][0].name = "/tmp/outside"


def linked(members: Members) -> None:
    members[1][0].type, members[1][0].linkname = tarfile.SYMTYPE, "/etc/passwd"


def twice(members: Members) -> None:
    members.insert(2, members[1])


def more(members: Members) -> None:
    members.append((tarfile.TarInfo("extra"), b""))


def unsummed(members: Members) -> None:
    del members[2]


def other_manifest(members: Members) -> None:
    change(members, 0, lambda text: text.replace(b'"auth_user": 3', b'"auth_user": 4'))


def other_sum(members: Members) -> None:
    change(members, 2, lambda text: text.replace(text[:1], b"g"))


def change(members: Members, number: int, edit: Callable[[bytes], bytes]) -> None:
    member, data = members[number]
    members[number] = member, edit(data)
    member.size = len(members[number][1])


@pytest.mark.parametrize(
    "tamper",
    [renamed, absolute, linked, twice, more, unsummed, other_manifest, other_sum],
    ids=lambda one: one.__name__,
)
def test_an_archive_that_was_changed_is_refused(sound: Path, tmp_path: Path, tamper: Callable[[Members], None]) -> None:
    with tarfile.open(sound) as tar:
        members = [(one, file.read()) for one in tar if (file := tar.extractfile(one))]
    tamper(members)
    with tarfile.open(tmp_path / "changed.tar", "w") as tar:
        for member, data in members:
            tar.addfile(member, io.BytesIO(data))
    with pytest.raises(BackupError):
        archive.extract(tmp_path / "changed.tar", tmp_path / "out", quiet)
    assert not Path("/tmp/outside").exists()
    assert not (tmp_path.parent.parent / "outside").exists()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": 2}',
        b'{"format": 1}',
        b"\xff",
        b"[" * 100_000,
        TAKEN.as_bytes().replace(b'"sqlite"', b'"oracle"'),
        TAKEN.as_bytes().replace(b"3\n", b"-3\n"),
        TAKEN.as_bytes().replace(b"3\n", b"true\n"),
        TAKEN.as_bytes().replace(b'"0.1.0"', b"null"),
        TAKEN.as_bytes().replace(b'"version"', b'"words"'),
    ],
)
def test_a_manifest_that_is_none_is_refused(text: bytes) -> None:
    with pytest.raises(BackupError):
        archive.parsed(text)


def test_the_sums_are_those_that_sha256sum_reads(sound: Path) -> None:
    with tarfile.open(sound) as tar:
        assert tar.getnames() == [MANIFEST, TAKEN.dump, SUMS]
        sums = tar.extractfile(SUMS)
        assert sums
        assert [line.split()[1] for line in sums.read().decode().splitlines()] == [MANIFEST, TAKEN.dump]
