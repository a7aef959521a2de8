from __future__ import annotations

import threading
from pathlib import Path

import pytest

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.settings import store_setting, stored_settings


def test_what_is_written_in_a_transaction_that_fails_is_not_there(catalogue: Catalogue) -> None:
    store_setting(catalogue, "a", 1)
    with pytest.raises(ZeroDivisionError):
        write_and_fail(catalogue, "a")
    assert stored_settings(catalogue) == {"a": 1}


def test_a_transaction_inside_another_one_can_fail_alone(catalogue: Catalogue) -> None:
    with catalogue.transaction():
        store_setting(catalogue, "outer", 1)
        with pytest.raises(ZeroDivisionError):
            write_and_fail(catalogue, "inner")
        store_setting(catalogue, "after", 1)
    assert stored_settings(catalogue) == {"after": 1, "outer": 1}


def test_other_threads_read_the_old_state_until_the_writer_is_done(catalogue: Catalogue) -> None:
    seen: list[dict[str, object]] = []
    with catalogue.transaction():
        store_setting(catalogue, "a", 1)
        in_thread(lambda: seen.append(stored_settings(catalogue)))
    in_thread(lambda: seen.append(stored_settings(catalogue)))
    assert seen == [{}, {"a": 1}]


def test_writers_of_several_threads_wait_for_each_other(catalogue: Catalogue) -> None:
    def count_up() -> None:
        for _ in range(25):
            with catalogue.transaction():
                store_setting(catalogue, "count", stored_settings(catalogue).get("count", 0) + 1)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stored_settings(catalogue) == {"count": 100}


def test_connections_of_threads_that_ended_are_closed(catalogue: Catalogue) -> None:
    for _ in range(20):
        in_thread(lambda: stored_settings(catalogue))
    assert len(catalogue._connections) <= 3


def test_a_closed_catalogue_can_be_closed_again_but_not_used(tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "c.sqlite", tmp_path / "backups")
    stored_settings(catalogue)
    catalogue.close()
    catalogue.close()
    assert not (tmp_path / "c.sqlite-wal").exists(), "the log is folded in when the last connection closes"
    with pytest.raises(ValueError, match="closed"):
        stored_settings(catalogue)


def write_and_fail(catalogue: Catalogue, name: str) -> None:
    with catalogue.transaction():
        store_setting(catalogue, name, 2)
        store_setting(catalogue, name, 1 // 0)


def in_thread(work: object) -> None:
    thread = threading.Thread(target=work)  # type: ignore[arg-type]
    thread.start()
    thread.join()
