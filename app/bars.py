"""Progress bars on standard error, for work that takes longer than a breath."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from ingest.pipeline import Progress


@contextmanager
def ingest_bar() -> Iterator[Callable[[Progress], None]]:
    """A bar that follows the stages of an ingest."""
    bar: tqdm[None] = tqdm(file=sys.stderr, unit="", disable=None, leave=False)
    stage = ""

    def show(progress: Progress) -> None:
        nonlocal stage
        if bar.disable:
            return
        if stage != progress.stage:
            stage = progress.stage
            bar.reset(total=progress.total)
            bar.set_description(stage)
        bar.total = progress.total
        bar.n = progress.done
        bar.update(0)

    with bar:
        yield show


@contextmanager
def bytes_bar(name: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that counts bytes."""
    bar: tqdm[None] = tqdm(desc=name, file=sys.stderr, unit="B", unit_scale=True, disable=None, leave=False)

    def show(done: int, total: int) -> None:
        if bar.disable:
            return
        bar.total = total
        bar.n = done
        bar.update(0)

    with bar:
        yield show


@contextmanager
def counting_bar(name: str, unit: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar that is told how many more are done."""
    bar: tqdm[None] = tqdm(desc=name, total=total, file=sys.stderr, unit=f" {unit}", disable=None, leave=False)
    with bar:
        yield lambda done: bar.update(done) and None
