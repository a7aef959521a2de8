from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from tests.catalogue.conftest import fill
from visearch_desktop.catalogue import migrations
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.errors import CatalogueDamagedError, CatalogueTooNewError, LibraryNotWritableError

STORED = Path(__file__).parents[1] / "data" / "catalogues"


def open_at(folder: Path) -> Catalogue:
    return Catalogue.open(folder / "catalogue.sqlite", folder / "backups")


def made(folder: Path, photos: int = 3) -> Path:
    """A catalogue that was closed properly."""
    with closing(open_at(folder)) as catalogue:
        fill(catalogue, photos)
    return folder / "catalogue.sqlite"


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_new_catalogue_is_sound_and_has_the_newest_schema(tmp_path: Path) -> None:
    with closing(open_at(tmp_path / "a" / "b")) as catalogue:
        assert catalogue.check_integrity() == []
        assert catalogue.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        applied = [row[0] for row in catalogue.connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]
    assert tuple(applied) == migrations.known_migrations()
    assert not (tmp_path / "a" / "b" / "backups").exists()


def test_a_catalogue_keeps_what_it_held(tmp_path: Path) -> None:
    made(tmp_path, 5)
    with closing(open_at(tmp_path)) as catalogue:
        assert catalogue.connection.execute("SELECT COUNT(*) FROM photos").fetchone() == (5,)


def test_every_catalogue_that_was_ever_released_opens_and_is_sound(tmp_path: Path) -> None:
    stored = sorted(STORED.glob("*.sqlite"))
    assert {path.stem for path in stored} == set(migrations.known_migrations()), "store one file per released schema"
    for path in stored:
        folder = tmp_path / path.stem
        folder.mkdir()
        (folder / "catalogue.sqlite").write_bytes(path.read_bytes())
        with closing(open_at(folder)) as catalogue:
            assert catalogue.check_integrity() == []
            assert catalogue.connection.execute("SELECT COUNT(*) FROM files WHERE is_first = 1").fetchone() == (3,)


@pytest.mark.parametrize("rubbish", [b"this is a letter to grandma", b"SQLite format 3\0" + b"\x07" * 5000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "catalogue.sqlite").write_bytes(rubbish)
    with pytest.raises(CatalogueDamagedError):
        open_at(tmp_path)
    assert everything(tmp_path) == {"catalogue.sqlite": rubbish}


@pytest.mark.parametrize("page", [1, 2, 3, 5, 8, 12])
def test_a_damaged_page_is_found_before_anything_is_written(tmp_path: Path, page: int) -> None:
    path = made(tmp_path, 200)
    data = bytearray(path.read_bytes())
    data[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(data)
    before = everything(tmp_path)
    with pytest.raises(CatalogueDamagedError):
        open_at(tmp_path)
    assert everything(tmp_path) == before


def test_half_a_catalogue_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = made(tmp_path, 200)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    before = everything(tmp_path)
    with pytest.raises(CatalogueDamagedError):
        open_at(tmp_path)
    assert everything(tmp_path) == before


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    before = everything(tmp_path)
    with pytest.raises(CatalogueDamagedError):
        open_at(tmp_path)
    assert everything(tmp_path) == before


def test_a_catalogue_from_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = made(tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('visearch', '0999_words', '2031')"
        )
    before = everything(tmp_path)
    with pytest.raises(CatalogueTooNewError) as refused:
        open_at(tmp_path)
    assert refused.value.migration == "0999_words"
    assert everything(tmp_path) == before


def test_an_empty_file_becomes_a_catalogue(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite").touch()
    with closing(open_at(tmp_path)) as catalogue:
        assert catalogue.check_integrity() == []


def test_a_folder_that_cannot_be_made_is_said_to_be_not_writable(tmp_path: Path) -> None:
    (tmp_path / "library").write_text("a file is in the way")
    with pytest.raises(LibraryNotWritableError):
        open_at(tmp_path / "library")


def next_version(*, fails: bool = False) -> Migrations:
    """The steps of this version and one more."""
    steps = Migrations("visearch")
    for name in migrations.known_migrations():
        steps(name=name)(lambda db: None)

    @steps(name="0900_stars")
    def _stars(db: Database) -> None:
        db.execute("ALTER TABLE photos ADD COLUMN stars INTEGER NOT NULL DEFAULT 0")
        if fails:
            db.execute("INSERT INTO a_table_that_is_not_there VALUES (1)")

    return steps


def test_before_the_schema_changes_a_copy_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, 4)
    monkeypatch.setattr(migrations, "MIGRATIONS", next_version())
    with closing(open_at(tmp_path)) as catalogue:
        assert catalogue.connection.execute("SELECT SUM(stars), COUNT(*) FROM photos").fetchone() == (0, 4)
    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name.endswith("-before-0900_stars.sqlite")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        columns = {row[1] for row in connection.execute("PRAGMA table_info(photos)")}
        assert "stars" not in columns
        assert connection.execute("SELECT COUNT(*) FROM photos").fetchone() == (4,)
    with closing(open_at(tmp_path)):
        assert len(list((tmp_path / "backups").iterdir())) == 1, "nothing to change, nothing to copy"


def test_a_step_that_fails_leaves_the_old_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "MIGRATIONS", next_version(fails=True))
        with pytest.raises(sqlite3.OperationalError):
            open_at(tmp_path)
    with closing(open_at(tmp_path)) as catalogue:
        columns = {row[1] for row in catalogue.connection.execute("PRAGMA table_info(photos)")}
        assert "stars" not in columns
        assert catalogue.check_integrity() == []


def test_only_the_newest_copies_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path)
    backups = tmp_path / "backups"
    backups.mkdir()
    for year in range(2019, 2025):
        (backups / f"catalogue-{year}0101T000000000000-before-x.sqlite").touch()
    monkeypatch.setattr(migrations, "MIGRATIONS", next_version())
    open_at(tmp_path).close()
    kept = sorted(path.name for path in backups.iterdir())
    assert [name[10:14] for name in kept[:2]] == ["2023", "2024"]
    assert len(kept) == 3
    assert kept[2].endswith("-before-0900_stars.sqlite")


WRITER = """
import sys
from pathlib import Path
from tests.catalogue.conftest import fill
from visearch_desktop.catalogue.catalogue import Catalogue
folder = Path(sys.argv[1])
catalogue = Catalogue.open(folder / "catalogue.sqlite", folder / "backups")
fill(catalogue, 50)
with catalogue.transaction():
    fill(catalogue, 50, Path("/other"))
    print("in the middle", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_process_killed_in_a_transaction_loses_that_transaction_only(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in the middle\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    with closing(open_at(tmp_path)) as catalogue:
        assert catalogue.check_integrity() == []
        assert catalogue.connection.execute("SELECT COUNT(*) FROM folders").fetchone() == (1,)
        assert catalogue.connection.execute("SELECT COUNT(*) FROM files").fetchone() == (50,)


def test_a_damaged_catalogue_with_a_log_from_a_crash_is_left_alone_too(tmp_path: Path) -> None:
    folder = tmp_path / "crashed"
    folder.mkdir()
    with closing(open_at(tmp_path)) as catalogue:
        fill(catalogue, 200)
        for name in ("catalogue.sqlite", "catalogue.sqlite-wal"):
            (folder / name).write_bytes((tmp_path / name).read_bytes())
    (folder / "catalogue.sqlite").write_bytes(b"no database" * 1000)
    before = everything(folder)
    with pytest.raises(CatalogueDamagedError):
        open_at(folder)
    assert everything(folder) == before
