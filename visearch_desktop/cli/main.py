"""The command line as a whole: names the commands, and turns whatever happens into a sentence and an exit code."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

import click

from visearch_desktop import __version__
from visearch_desktop.cli import output
from visearch_desktop.cli.options import LIBRARY, library_option
from visearch_desktop.core import sentences
from visearch_desktop.core.errors import VisearchError
from visearch_desktop.core.paths import LibraryPaths
from visearch_desktop.service.log import log_to

log = logging.getLogger(__name__)

EXIT_CANCELLED = 130
"""128 + SIGINT, as shells have it."""


class Commands(click.Group):
    """Finds a command in the file of its name, so that one command does not import the needs of another."""

    names = ("index", "search", "groups", "networks", "evaluate", "train-bundled", "doctor")

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a person meets them."""
        return list(self.names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one that was named."""
        if cmd_name not in self.names:
            return None
        from importlib import import_module

        name = cmd_name.replace("-", "_")
        command = getattr(import_module(f"visearch_desktop.cli.{name}"), name)
        assert isinstance(command, click.Command)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@library_option
@click.version_option(__version__, message="Visearch Desktop %(version)s")
def commands() -> None:
    """Find a thing, a place or an idea again in your own photos.

    Without a command the window opens.

    Exit codes: 0 done, 1 a bug of the program (the log has the details), 2 wrong usage, 3 nothing could be read,
    130 stopped with Ctrl+C (what was done is kept).
    """


def run(argv: Sequence[str]) -> int:
    """Run a command.

    Args:
        argv: the words after the program's name.

    Returns:
        The exit code; see :func:`commands`.
    """
    context: click.Context | None = None
    try:
        with commands.make_context("visearch-desktop", list(argv)) as context:
            commands.invoke(context)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show(sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        output.say("Stopped.")
        return EXIT_CANCELLED
    except BrokenPipeError:  # the reader of a pipe had enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 everything becomes a sentence here
        return _fail(error, context)
    return 0


def _fail(error: Exception, context: click.Context | None) -> int:
    hint = sentences.hint(error)
    if not isinstance(error, VisearchError):
        file = LibraryPaths.of(context.meta.get(LIBRARY) if context is not None else None).log
        log_to(file, make_folder=True)
        log.error("a command failed", exc_info=error)
        hint = f"The log: {file}"
    output.say(sentences.sentence(error))
    if hint:
        output.say(hint)
    return sentences.exit_code(error)
