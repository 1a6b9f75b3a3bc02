"""`python -m evals [SUITE …] [--quick] [--save] [--json] [--home DIR] [--answers N]`: runs suites and compares.

Exit status: 0 nothing is worse than accepted, 1 something is, 2 wrong usage. `eyelevel eval` calls this.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import EyelevelError
from evals import baselines
from evals.baselines import Report
from evals.harness import run_task
from evals.report import render_report
from evals.tasks import TASKS
from evals.workspace import open_workspace


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.suites if name not in TASKS]:
        parser.error(f"there is no suite {unknown[0]!r}; use {', '.join(TASKS)}")
    chosen = [TASKS[name] for name in options.suites or TASKS if TASKS[name].quick or not options.quick]
    failed = False
    try:
        with open_workspace(options.home) as workspace:
            for task in chosen:
                result = run_task(task, workspace, options.answers)
                report = baselines.compare(task, result, None if options.save else baselines.load_baseline(task.name))
                _show(report, options.json)
                failed |= report.failed
                if options.save:
                    _save(report)
        failed |= _tell_outdated(skip={task.name for task in chosen})
    except EyelevelError as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        return 1
    return int(failed)


def _show(report: Report, as_json: bool) -> None:
    text = report.model_dump_json() if as_json else render_report(report)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _save(report: Report) -> None:
    """Accept a result, unless it breaks a hard limit."""
    name = report.result.task
    if report.failed:
        sys.stderr.write(f"Not accepted as the baseline of {name}: a limit is broken.\n")
    else:
        baselines.save_baseline(report.result)
        sys.stderr.write(f"Accepted as the baseline of {name}.\n")


def _tell_outdated(skip: set[str]) -> bool:
    """Whether a suite that was not run has figures of other prompts; says which."""
    others = [task for name, task in TASKS.items() if name not in skip]
    names = baselines.find_outdated_prompts(others)
    for name in names:
        sys.stderr.write(
            f"A prompt changed since the baseline of {name!r} was accepted; run `eyelevel eval {name}`, "
            f"then `eyelevel eval {name} --save`.\n"
        )
    return bool(names)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evals", description="Run the evaluations and compare with the baselines.")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(TASKS))
    parser.add_argument("--quick", action="store_true", help="only what needs no chat model")
    parser.add_argument("--save", action="store_true", help="accept the results as the new baselines")
    parser.add_argument("--json", action="store_true", help="one JSON document a suite, a line each")
    parser.add_argument("--home", type=Path, help="a home with an ingested guide; default: a temporary one")
    parser.add_argument("--answers", type=int, help="how many answers the suites with a chat model ask for")
    return parser


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(
        status
    )  # the embedded model's threads crash an interpreter that is being torn down, and with it the status
