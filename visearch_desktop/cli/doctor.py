"""``visearch-desktop doctor``: what is wrong, and what to do."""

from __future__ import annotations

from itertools import chain

import click

from visearch_desktop.cli import output
from visearch_desktop.cli.findings import Finding, State, worst
from visearch_desktop.cli.library_check import check_library
from visearch_desktop.cli.machine_check import check_machine
from visearch_desktop.cli.options import json_option, library_folder, library_option
from visearch_desktop.core.paths import LibraryPaths


@click.command()
@library_option
@click.option("--purge", is_flag=True, help="First remove what is known about photos whose files are gone.")
@json_option
def doctor(purge: bool, as_json: bool) -> None:
    """Look at the installation and the library: what is wrong, and what to do.

    Every line is ok, warn (it works, with something missing) or FAIL (it does not work). Your photos and what
    is known about them are not changed, unless --purge is given. The exit code is 0 whatever is found;
    --json has the worst of the states.
    """
    root = library_folder()
    findings: list[Finding] = []
    for finding in chain(check_machine(LibraryPaths.of(root).root), check_library(root, purge=purge)):
        findings.append(finding)
        if not as_json:
            _print(finding)
    if as_json:
        output.print_json({"state": worst(findings).value, "checks": [finding.document() for finding in findings]})
    else:
        output.write_line(_summary(findings))


def _print(finding: Finding) -> None:
    mark = "FAIL" if finding.state is State.FAIL else finding.state.value
    output.write_line(f"{mark:<4}  {finding.name}: {finding.found}")
    if finding.advice:
        output.write_line(f"      → {finding.advice}")


def _summary(findings: list[Finding]) -> str:
    bad = [finding.name for finding in findings if finding.state is not State.OK]
    return f"To be looked at: {', '.join(bad)}." if bad else "All is well."
