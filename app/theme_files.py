"""The report of a release as files: read anew from the store when they are fetched, in the name of whoever asked.

So a role that was withdrawn in between gets nothing. Called beside the pages, and asks no session.
"""

from typing import TYPE_CHECKING, NamedTuple

from app import theming
from app.components.export import file_name
from app.theming import Series
from assistant.errors import InputError
from assistant.programme.report import Reporter, before_of
from assistant.programme.report_records import Report
from assistant.roles import Actor

if TYPE_CHECKING:
    from assistant.store.people_records import Programme
    from assistant.store.themes import ThemeStore


class Wanted(NamedTuple):
    """Which release, of which programme, for whom."""

    store: "ThemeStore"
    reporter: Reporter
    actor: Actor
    programme: "Programme"
    release: str


def load(wanted: Wanted) -> tuple[Report, tuple[Series, ...]]:
    """The report, and its themes over time. Raises `StoreError`, `KnowledgeError`, `InputError`."""
    releases = wanted.store.releases(wanted.actor, wanted.programme.id)
    stored = next((one for one in releases if one.id == wanted.release), None)
    if stored is None:
        raise InputError(f"There is no release {wanted.release[:32]!r} of this programme; load the page anew.")
    report = wanted.reporter.report(stored, before_of(stored, releases), wanted.programme.title)
    return report, theming.draw_series(releases, report)


def pdf(wanted: Wanted) -> bytes:
    """As a document."""
    from app.theme_document import pdf_of_report

    return pdf_of_report(*load(wanted))


def slides(wanted: Wanted) -> bytes:
    """As pictures in a zip."""
    from app.theme_slides import zip_of_report

    return zip_of_report(*load(wanted))


def name(report: Report, ending: str) -> str:
    """Such as `eyelevel-themes-3-spring-programme.pdf`."""
    return file_name(f"themes {report.number} {report.programme}", ending)
