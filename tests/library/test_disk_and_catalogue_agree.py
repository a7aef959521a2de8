"""Whatever is done to the files, after indexing the catalogue says what is on the disk, and no vector was lost."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.library.disk import BAD, KEY, index, read, shown, write
from visearch_desktop.catalogue import problems, vectors, views
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.catalogue.views import Selection
from visearch_desktop.library import browsing
from visearch_desktop.library.folders import add_folder, folder_row, remove_folder, restore_folder
from visearch_desktop.library.rows import Order, PhotoView
from visearch_desktop.library.scanning import scan
from visearch_desktop.photos.fingerprint import fingerprint

NAMES = ["a.jpg", "A.JPG", "b.jpg", "x/a.jpg", "x/b.jpg", "x/y/c.jpg", "z/c.jpg"]
names = st.sampled_from(NAMES)
picks = st.integers(0, 20)
contents = st.sampled_from([b"one", b"two", b"three", b"four", BAD])


class FilesComeAndGo(RuleBasedStateMachine):
    """The disk is the model: every check asks it."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.root, self.unplugged = self.folder / "photos", self.folder / "unplugged"
        self.root.mkdir()
        self.catalogue = Catalogue.open(
            self.folder / "library" / "catalogue.sqlite", self.folder / "library" / "backups"
        )
        self.thumbnails = Thumbnails(self.folder / "library" / "thumbnails.sqlite")
        self.folder_id = add_folder(self.catalogue, self.folder / "library", self.root).folder_id
        self.second = 1_700_000_000
        self.described: set[str] = set()
        self.is_offline = self.is_removed = False
        for name, content in (("a.jpg", b"one"), ("x/a.jpg", b"two"), ("x/y/c.jpg", b"two"), ("z/c.jpg", b"one")):
            self.save(name, content)
        self.index_all()

    def teardown(self) -> None:
        if hasattr(self, "catalogue"):
            self.thumbnails.close()
            self.catalogue.close()
            shutil.rmtree(self.folder)

    @property
    def drive(self) -> Path:
        return self.unplugged if self.is_offline else self.root

    def picked(self, pick: int) -> Path:
        """One of the files that are there."""
        there = sorted(path for path in self.drive.rglob("*") if path.is_file())
        return there[pick % len(there)] if there else write(self.drive / "a.jpg", b"one", self.second)

    def changed(self) -> None:
        self.is_settled = False

    @rule(name=names, content=contents)
    def save(self, name: str, content: bytes) -> None:
        """Add a file, or write over one."""
        self.second += 1
        write(self.drive / name, content, self.second)
        self.changed()

    @rule(pick=picks)
    def touch(self, pick: int) -> None:
        self.second += 1
        path = self.picked(pick)
        write(path, path.read_bytes(), self.second)
        self.changed()

    @rule(pick=picks, other=names)
    def rename(self, pick: int, other: str) -> None:
        """Move, rename, change the case of the name; write over what is there."""
        (self.drive / other).parent.mkdir(parents=True, exist_ok=True)
        self.picked(pick).replace(self.drive / other)
        self.changed()

    @rule(pick=picks, other=names)
    def copy(self, pick: int, other: str) -> None:
        """As file managers do: with the time of the original."""
        if self.picked(pick) != self.drive / other:
            (self.drive / other).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.picked(pick), self.drive / other)
            self.changed()

    @rule(pick=picks)
    def delete(self, pick: int) -> None:
        self.picked(pick).unlink()
        self.changed()

    @rule(pick=picks, content=contents)
    def delete_and_restore(self, pick: int, content: bytes) -> None:
        """Overwritten for a while, and then as it was, time and all."""
        path = self.picked(pick)
        second, before = path.stat().st_mtime_ns // 10**9, path.read_bytes()
        write(path, content, second + 1000)
        index(self.catalogue, self.folder_id)
        path.unlink()
        index(self.catalogue, self.folder_id)
        write(path, before, second)
        self.changed()

    @rule()
    def rename_subfolder(self) -> None:
        if (self.drive / "x").exists() and not (self.drive / "z").exists():
            (self.drive / "x").rename(self.drive / "z")
            self.changed()

    @rule()
    def unplug_or_plug_in(self) -> None:
        (self.root if not self.is_offline else self.unplugged).rename(
            self.unplugged if not self.is_offline else self.root
        )
        self.is_offline = not self.is_offline
        self.changed()

    @rule()
    def remove_or_restore(self) -> None:
        if self.is_removed:
            restore_folder(self.catalogue, self.folder_id)
        else:
            remove_folder(self.catalogue, self.folder_id)
        self.is_removed = not self.is_removed
        self.changed()

    @rule(done=st.integers(0, 2))
    def index_and_be_stopped(self, done: int) -> None:
        found = scan(self.catalogue, self.folder_id)
        read(self.catalogue, found.unread[:done])
        self.changed()

    @rule()
    def index_all(self) -> None:
        found, _ = index(self.catalogue, self.folder_id)
        assert found.is_offline == (self.is_offline and not self.is_removed)
        self.is_settled = not self.is_offline and not self.is_removed
        again = scan(self.catalogue, self.folder_id)
        assert (again.unread, again.new, again.changed, again.back, again.gone) == ((), 0, 0, 0, 0)

    @invariant()
    def no_vector_is_lost(self) -> None:
        if not hasattr(self, "catalogue"):
            return
        stored = self.catalogue.connection.execute(
            "SELECT content_hash FROM photos JOIN vectors ON vectors.photo_id = photos.id"
        )
        hashes = {content_hash for (content_hash,) in stored}
        assert self.described <= hashes
        self.described = hashes

    @invariant()
    def what_is_shown_is_consistent(self) -> None:
        if not hasattr(self, "catalogue"):
            return
        row = folder_row(self.catalogue, self.folder_id)
        counted = views.count(self.catalogue, Selection())
        assert counted == (0 if self.is_removed else row.count)
        for order in Order:
            page = browsing.page(self.catalogue, self.thumbnails, PhotoView(order=order), 0, 100)
            assert len(page) == len({photo.photo_id for photo in page}) == counted
            assert sum(s.count for s in browsing.sections(self.catalogue, PhotoView(order=order))) == counted
        for subfolder in row.subfolders:
            view = PhotoView(self.folder_id, subfolder.below)
            page = browsing.page(self.catalogue, self.thumbnails, view, 0, 100)
            assert len(page) == len({photo.photo_id for photo in page}) == subfolder.count
            assert all(photo.path.is_relative_to(self.root / subfolder.below) for photo in page)
        assert len(vectors.load(self.catalogue, KEY)[0]) <= counted

    @invariant()
    def a_settled_catalogue_says_what_is_on_the_disk(self) -> None:
        if not getattr(self, "is_settled", False) or self.is_offline or self.is_removed:
            return
        on_disk = {path: path.read_bytes() for path in self.root.rglob("*") if path.is_file()}
        good = {path for path, content in on_disk.items() if content != BAD}
        assert shown(self.catalogue) == good
        assert {problem.path for problem in problems.list_problems(self.catalogue)} == on_disk.keys() - good
        hashes = {fingerprint(path) for path in good}
        with closing(self.catalogue.connection.execute("SELECT content_hash FROM photos WHERE is_present = 1")) as rows:
            assert {content_hash for (content_hash,) in rows} == hashes
        assert len(vectors.load(self.catalogue, KEY)[0]) == len(hashes)
        assert self.catalogue.check_integrity() == []


TestFilesComeAndGo = FilesComeAndGo.TestCase
TestFilesComeAndGo.settings = settings(
    max_examples=30, stateful_step_count=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
