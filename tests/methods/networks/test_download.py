"""A download that breaks is continued, and what cannot be had is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.methods.networks.server import serving
from visearch_desktop.core.errors import DownloadError
from visearch_desktop.core.sentences import sentence
from visearch_desktop.methods.networks.download import download, partial_file

BODY = np.random.default_rng(0).bytes(900_000)


def fetch(url: str, target: Path, seen: list[tuple[int, int]] | None = None, stop_at: int | None = None) -> bool:
    seen = [] if seen is None else seen

    def progress(done: int, total: int) -> None:
        seen.append((done, total))

    return download(url, target, progress, lambda: stop_at is not None and seen[-1][0] >= stop_at)


def test_a_file_arrives_whole_and_progress_ends_at_its_size(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with serving(BODY) as site:
        assert fetch(site.url, tmp_path / "w.pth", seen)
    assert (tmp_path / "w.pth").read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_cut_connection_is_an_error_and_the_next_try_goes_on_where_it_stopped(tmp_path: Path) -> None:
    target = tmp_path / "w.pth"
    with serving(BODY) as site:
        site.cut_after = 300_000
        with pytest.raises(DownloadError) as caught:
            fetch(site.url, target)
        assert "kept" in sentence(caught.value)
        assert not target.exists()
        kept = partial_file(target).stat().st_size
        assert 0 < kept <= 300_000
        site.cut_after = None
        assert fetch(site.url, target)
        assert site.ranges[-1] == f"bytes={kept}-"
    assert target.read_bytes() == BODY
    assert not partial_file(target).exists()


def test_a_server_without_ranges_sends_everything_again(tmp_path: Path) -> None:
    target = tmp_path / "w.pth"
    partial_file(target).write_bytes(b"x" * 1000)
    with serving(BODY) as site:
        site.takes_ranges = False
        assert fetch(site.url, target)
    assert target.read_bytes() == BODY


def test_a_partial_file_that_is_already_whole_is_taken_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "w.pth"
    partial_file(target).write_bytes(BODY)
    with serving(BODY) as site:
        assert fetch(site.url, target)
    assert target.read_bytes() == BODY


def test_a_partial_file_longer_than_the_servers_is_thrown_away(tmp_path: Path) -> None:
    target = tmp_path / "w.pth"
    partial_file(target).write_bytes(BODY + b"more")
    with serving(BODY) as site:
        with pytest.raises(DownloadError):
            fetch(site.url, target)
        assert fetch(site.url, target)
    assert target.read_bytes() == BODY


def test_cancelling_keeps_what_came(tmp_path: Path) -> None:
    target = tmp_path / "w.pth"
    with serving(BODY) as site:
        assert not fetch(site.url, target, stop_at=200_000)
    assert not target.exists()
    assert partial_file(target).stat().st_size >= 200_000


@pytest.mark.parametrize(("status", "said"), [(404, "404"), (503, "503")])
def test_what_the_server_answers_is_said(tmp_path: Path, status: int, said: str) -> None:
    with serving(BODY) as site:
        site.status = status
        with pytest.raises(DownloadError) as caught:
            fetch(site.url, tmp_path / "w.pth")
    assert said in sentence(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/w.pth", "http://[bad/w.pth", "nonsense"])
def test_without_a_connection_there_is_a_sentence(tmp_path: Path, url: str) -> None:
    with pytest.raises(DownloadError) as caught:
        fetch(url, tmp_path / "w.pth")
    assert url in sentence(caught.value)
