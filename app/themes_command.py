"""`eyelevel themes`: the latest frozen release of a programme, for scripts and for people; `--publish` makes the next.

Prints what the Themes page shows, from the same report, and nothing else of what people contributed.
"""

import sys
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from app.printing import AsJson, print_result
from assistant.settings import load_settings

if TYPE_CHECKING:
    from assistant.programme.report import Reporter
    from assistant.programme.report_records import Group, Report
    from assistant.store.people_records import Programme
    from assistant.store.theme_records import CycleState
    from assistant.store.themes import ThemeStore


def themes(
    *,
    publish: Annotated[bool, typer.Option("--publish", help="Close the current cycle and freeze its release.")] = False,
    programme: Annotated[
        str | None, typer.Option(help="Id or title; by default the one whose release is the newest.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The programme manager's report: themes in bands of at least five pairs, and what to do."""
    from app import theming
    from app.opening import open_database
    from assistant.programme.publishing import publish as close_cycle
    from assistant.programme.report import Reporter, before_of
    from assistant.store.database import HOUSE
    from assistant.store.themes import FLOOR, ThemeStore

    settings = load_settings()
    reporter = Reporter(settings)
    with closing(open_database(settings)) as database:
        store = ThemeStore(database)
        within = _choose(store, programme, publish=publish)
        if within is None:
            nothing = {"release": None, "next_release_needs": FLOOR, "programme": None}
            print_result(nothing, _none(reporter), as_json=as_json)
            return
        if publish:
            close_cycle(store, HOUSE, within.id, settings.knowledge)
        releases, state = store.releases(HOUSE, within.id), store.state(HOUSE, within.id)
    stored = releases[0] if releases else None
    report = reporter.report(stored, before_of(stored, releases), within.title) if stored else None
    found = theming.as_json(report, state) | {"programme": {"id": within.id, "title": within.title}}
    if report and report.empty:
        said = reporter.words.states.nothing_shown
        sys.stderr.write(f"{said.title}. {said.text}\n")
    print_result(found, _text(report, state) if report else _waiting(reporter, within, state), as_json=as_json)


def _choose(store: "ThemeStore", wanted: str | None, *, publish: bool) -> "Programme | None":
    """The programme that is meant; `None`: there is none at all. Raises `InputError`."""
    from app.import_command import find_programme
    from assistant.errors import InputError
    from assistant.store.database import HOUSE

    found = store.programmes(HOUSE)
    if wanted is not None:
        if chosen := find_programme(found, wanted):
            return chosen
        raise InputError(f"There is no programme {wanted!r}; {_named(found)}.")
    if publish and len(found) > 1:
        raise InputError(
            f"There are {len(found)} programmes; say with --programme whose cycle to close; {_named(found)}."
        )
    if publish and not found:
        raise InputError("There is no programme yet; `eyelevel import-notes` makes one, or a manager in the app.")
    latest = [(one, releases[0].created) for one in found if (releases := store.releases(HOUSE, one.id))]
    return max(latest, key=lambda pair: pair[1])[0] if latest else next(iter(found), None)


def _named(found: "tuple[Programme, ...]") -> str:
    names = "; ".join(f"{one.title!r} ({one.id})" for one in found)
    return f"choose of these: {names}" if found else "there is none yet"


def _none(reporter: "Reporter") -> str:
    said = reporter.words.states.no_programme
    return f"{said.title}. {said.text}"


def _waiting(reporter: "Reporter", within: "Programme", state: "CycleState") -> str:
    from app import theming

    states = reporter.words.states
    said = states.waiting if state.needs else states.ready
    return f"{within.title}: {said.title.lower()}. {said.text}\n{theming.needs_words(state.needs, first=True)}"


def _text(report: "Report", state: "CycleState") -> str:
    """The report for a terminal."""
    from app import theming

    lines = [f"{theming.heading(report)} · {report.programme}", theming.subtitle(report), ""]
    for group in report.groups:
        lines += _group(group)
    lines += [report.held_back, "", "Where to help first"]
    lines += [f"  {report.focus.what}", f"  {report.focus.why}"] if report.focus else [f"  {report.calm}"]
    lines += ["", "A plan for the next month"]
    lines += [f"  Week {step.week}: {step.title} ({step.minutes} minutes)" for step in report.plan]
    lines += ["", *(f"[{one.marker}] {one.title} › {one.heading}" for one in theming.citations(report))]
    return "\n".join([*lines, "", theming.needs_words(state.needs)])


def _group(group: "Group") -> list[str]:
    from app import theming

    lines = [group.title]
    for row in group.shown:
        trend = f", {theming.TREND_WORDS[row.trend].lower()}" if row.trend else ""
        marks = "".join(f" [{one.marker}]" for one in row.citations)
        lines += [f"  {row.label}: {theming.band_words(row)} pairs{trend}", f"    {row.advice}{marks}"]
    held = ", ".join(row.label for row in group.held)
    return [*lines, *([f"  {theming.HELD}: {held}"] if held else []), ""]
