"""`make bench`: one table, ours beside the pipeline of LangChain's tutorial, every figure from a real run.

`python -m evals.bench [PART …] [--quick] [--large] [--json]`. Parts: cold, retrieval, answers, stop, jobs, page,
crowd, ingest, large. `large` takes minutes to build its 100,000 passages and runs only when asked for. Times depend on
what else the machine does: the load is printed with the table. Exit status 1: a part could not be measured. A missed
target is shown, and is no failure: it may be the machine's.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence

from assistant.errors import EyelevelError
from evals.probes.measures import MEASURES
from evals.probes.rows import Row, as_json, render_rows
from evals.probes.site import Site, open_site
from evals.record import describe_machine


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := [part for part in options.parts if part not in MEASURES]:
        parser.error(f"there is no part {unknown[0]!r}; use {', '.join(MEASURES)}")
    usual = [part for part in MEASURES if part != "large" or options.large]
    with open_site(quick=options.quick) as site:
        rows, failures = _measure(site, options.parts or usual)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    if options.json:
        told = {"machine": describe_machine(), "load": load, "rows": [as_json(row) for row in rows]}
        sys.stdout.write(json.dumps(told | {"failures": failures}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"{describe_machine()}; load at the end {load}\n{render_rows(rows)}\n")
    return int(bool(failures))


def _measure(site: Site, parts: Sequence[str]) -> tuple[list[Row], list[str]]:
    """All rows, and what could not be measured in plain lines."""
    rows: list[Row] = []
    failures: list[str] = []
    for part in parts:
        sys.stderr.write(f"Measuring {part} …\n")
        try:
            rows += MEASURES[part](site)
        except EyelevelError as error:
            failures.append(f"{part}: {' '.join(str(error).split())}")
            sys.stderr.write(failures[-1] + "\n")
    return rows, failures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evals.bench", description="Measure speed and memory.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(MEASURES))
    parser.add_argument("--quick", action="store_true", help="fewer repeats and a tenth of the documents")
    parser.add_argument("--large", action="store_true", help="also retrieval among 100,000 passages (minutes)")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of the table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
