"""Fetch a file over HTTP so that a broken connection costs nothing: what came is kept and continued."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from visearch_desktop.core.errors import DownloadError
from visearch_desktop.methods.networks.hashing import CHUNK_BYTES, Progress

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 20.0


def partial_file(target: Path) -> Path:
    """Where the beginning of an unfinished download is kept."""
    return target.with_name(target.name + ".part")


def download(url: str, target: Path, progress: Progress, cancelled: Callable[[], bool]) -> bool:
    """Fetch a URL into a file, going on where an earlier try stopped.

    Args:
        url: http or https.
        target: appears only when it is whole; until then there is ``target.part``.
        progress: called with bytes done and in all (0: not known).
        cancelled: asked between chunks.
    Returns:
        Whether it is there; false where it was cancelled.
    Raises:
        DownloadError: no connection, an error of the server's, or a connection that broke.
    """
    import httpx

    target.parent.mkdir(parents=True, exist_ok=True)
    part = partial_file(target)
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-", "Accept-Encoding": "identity"} if have else {"Accept-Encoding": "identity"}
    try:
        with httpx.stream("GET", url, headers=headers, timeout=TIMEOUT_S, follow_redirects=True) as answer:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and have:
                whole = _size_of(answer.headers.get("Content-Range", ""))
                if whole != have:
                    part.unlink()
                    raise DownloadError(url, "the server's file changed; the next try begins anew")
            elif not _receive(answer, part, have, progress, cancelled):
                return False
    except httpx.HTTPStatusError as error:
        raise DownloadError(url, f"the server answered {error.response.status_code}") from error
    except httpx.ConnectError as error:
        raise DownloadError(url, "no connection") from error
    except httpx.TimeoutException as error:
        raise DownloadError(url, "the server did not answer in time") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DownloadError(url, "the connection broke") from error
    except OSError as error:
        raise DownloadError(url, error.strerror or "the file could not be written") from error
    part.replace(target)
    return True


def _receive(answer: httpx.Response, part: Path, have: int, progress: Progress, cancelled: Callable[[], bool]) -> bool:
    """Append the body to the partial file, or begin it anew where the server ignores the range."""
    import httpx

    answer.raise_for_status()
    if answer.status_code != httpx.codes.PARTIAL_CONTENT:
        have = 0
    length = answer.headers.get("Content-Length", "")
    total = have + int(length) if length.isdigit() else 0
    done = have
    with part.open("ab" if have else "wb") as stream:
        for chunk in answer.iter_bytes(CHUNK_BYTES // 4):
            stream.write(chunk)
            done += len(chunk)
            progress(done, total)
            if cancelled():
                return False
    if total and done != total:
        raise httpx.RemoteProtocolError("the body ended early")
    return True


def _size_of(content_range: str) -> int:
    """``bytes */1234`` -> 1234; -1 where it says nothing."""
    with contextlib.suppress(ValueError):
        return int(content_range.rpartition("/")[2])
    return -1
