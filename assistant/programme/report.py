"""From a frozen release to what a programme manager reads: themes with advice, where to help first, a month's plan.

Takes the stored release and the one before it, the words of `knowledge/` and the guide, and nothing else: no
contribution, no pair, no clock. A guide that is missing costs the citations alone.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from assistant.guide.index import GuideIndex
from assistant.guide.passage import Citation
from assistant.guide.sections import Section, Sections
from assistant.programme.codebook import Codebook, ThemeCode, load_codebook
from assistant.programme.records import BANDS, Cell, Release, read_release
from assistant.programme.report_plan import Planned, Wanted, find_causes, plan_month, rank, tell_first
from assistant.programme.report_records import (
    PARTS,
    Focus,
    Group,
    HealthRow,
    Level,
    Part,
    PlanStep,
    Report,
    Row,
    Shown,
    Statement,
)
from assistant.programme.report_words import ReportWords, Supported, load_report_words
from assistant.programme.survey import Survey, load_survey
from assistant.settings import Settings
from assistant.store.theme_records import StoredRelease

OF_FAMILY: Final[dict[str, Part]] = {"mistake": "help", "need": "help", "sign": "strong", "area": "about"}


class Reporter:
    """Writes reports; opened when first asked, safe to share between threads."""

    def __init__(self, settings: Settings, current: Callable[[], GuideIndex] | None = None) -> None:
        """`current` as `Sections` takes it."""
        self._settings = settings
        self._sections = Sections(settings, self._wanted, current)

    @property
    def words(self) -> ReportWords:
        """The words themselves. Raises `KnowledgeError`."""
        return load_report_words(self._settings.knowledge)

    @property
    def codebook(self) -> Codebook:
        """The codes. Raises `KnowledgeError`."""
        return load_codebook(self._settings.knowledge)

    @property
    def survey(self) -> Survey:
        """The survey. Raises `KnowledgeError`."""
        return load_survey(self._settings.knowledge)

    @property
    def trouble(self) -> str | None:
        """Why some or all sources are missing, as one plain line; None where nothing is amiss."""
        return self._sections.trouble

    def cite(self, part: Supported, marker: str = "1") -> tuple[Citation, ...]:
        """The source of something in the words; empty where the guide does not have it."""
        return self._sections.cite(part.section, marker, part.quotes)

    def report(self, stored: StoredRelease, before: StoredRelease | None, programme: str) -> Report:
        """What a manager reads. Raises `KnowledgeError`, and `StoreDamaged` for a release that cannot be read.

        `before`: the release before this one. `programme`: the title of the programme.
        """
        return _Writing(self, read_release(stored)).write(stored, before, programme)

    def _wanted(self) -> frozenset[Section]:
        advised = {part.section for code in self.codebook.codes for part in code.rests_on}
        return self.words.sections() | advised


class _Writing:
    """One report on its way. A passage has one marker in it; what is shown is numbered before what is held back."""

    def __init__(self, reporter: Reporter, release: Release) -> None:
        self._reporter, self._release, self._words = reporter, release, reporter.words
        self._markers: dict[str, str] = {}

    def write(self, stored: StoredRelease, before: StoredRelease | None, programme: str) -> Report:
        groups, health, survey = self._groups(), self._health(), self._survey()
        rows = [row for group in groups for row in group.rows]
        ranked = rank(self._words, find_causes(self._words, rows, health, survey))
        strong = next(group for group in groups if group.part == "strong").shown
        focus = self._focus(ranked)
        plan = tuple(map(self._step, plan_month(self._words, ranked, strong)))
        cells: list[Shown] = [*rows, *health]
        cells += [cell for level in survey for one in level.statements for cell in (one.agree, one.disagree)]
        compared = before.until if before and any(cell.trend for cell in cells) else None
        return Report(
            id=stored.id,
            programme=programme,
            number=stored.number,
            since=stored.since,
            until=stored.until,
            frozen=stored.created.date(),
            groups=tuple(map(self._cite_held, groups)),
            focus=focus,
            calm="" if focus else self._words.reasons.nothing,
            plan=plan,
            health=health,
            survey=survey,
            held_back=self._words.held_back,
            minutes=self._words.minutes,
            compared=compared,
        )

    def _focus(self, ranked: Sequence[Wanted]) -> Focus | None:
        if not ranked:
            return None
        help_ = ranked[0].help
        why = tell_first(self._words, ranked)
        return Focus(help=help_.name, why=why, what=help_.first, citations=self._cite(help_))

    def _groups(self) -> tuple[Group, ...]:
        known = {code.id: code for code in self._reporter.codebook.codes}
        cells = [(cell, known.get(cell.code)) for cell in self._release.cells]
        parts: dict[Part, list[tuple[Cell, ThemeCode]]] = {part: [] for part in PARTS}
        for cell, code in cells:
            if code is not None:
                parts[OF_FAMILY[code.family]].append((cell, code))
        return tuple(
            Group(part=part, title=title, rows=tuple(self._row(*one) for one in sorted(parts[part], key=_order)))
            for part, title in PARTS.items()
        )

    def _row(self, cell: Cell, code: ThemeCode) -> Row:
        kind = self._words.codes.get(cell.code)
        help_ = self._words.find(kind) if kind else None
        return Row(
            code=cell.code,
            label=code.label,
            band=cell.band,
            suppressed=cell.suppressed,
            trend=cell.trend,
            family=code.family,
            definition=code.definition,
            advice=code.advice,
            help=help_.name if help_ else None,
            whom=help_.whom if help_ else None,
            citations=() if cell.suppressed else self._cite_all(code.rests_on),
        )

    def _cite_held(self, group: Group) -> Group:
        codes = {code.id: code for code in self._reporter.codebook.codes}
        held = tuple(
            row.model_copy(update={"citations": self._cite_all(codes[row.code].rests_on)}) for row in group.held
        )
        return group.model_copy(update={"rows": group.shown + held})

    def _health(self) -> tuple[HealthRow, ...]:
        told = self._words.health
        return tuple(
            HealthRow(**_shown(cell, told[cell.code].label), means=told[cell.code].means)
            for cell in self._release.health
            if cell.code in told
        )

    def _survey(self) -> tuple[Level, ...]:
        cells = {cell.code: cell for cell in self._release.survey}
        levels: dict[str, list[Statement]] = {}
        for one in self._reporter.survey.statements:
            agree, disagree = (cells.get(f"survey:{one.id}:{side}") for side in ("agree", "disagree"))
            if agree and disagree:
                statement = Statement(
                    id=one.id,
                    text=one.text,
                    agree=Shown(**_shown(agree, "Agree")),
                    disagree=Shown(**_shown(disagree, "Disagree")),
                )
                levels.setdefault(one.level, []).append(statement)
        return tuple(
            Level(id=level, label=told.label, asks=told.asks, statements=tuple(levels[level]))
            for level, told in self._words.survey.items()
            if level in levels
        )

    def _step(self, planned: Planned) -> PlanStep:
        step = planned.step
        return PlanStep(
            week=planned.week,
            title=step.title,
            why=planned.why,
            what=step.what,
            say=step.say,
            minutes=step.minutes,
            whom=step.whom,
            citations=self._cite(step),
        )

    def _cite(self, part: Supported) -> tuple[Citation, ...]:
        return self._cite_all((part,))

    def _cite_all(self, parts: Iterable[Supported]) -> tuple[Citation, ...]:
        found = (one for part in parts for one in self._reporter.cite(part))
        return tuple(one.model_copy(update={"marker": self._marker(one.id)}) for one in found)

    def _marker(self, passage: str) -> str:
        return self._markers.setdefault(passage, str(len(self._markers) + 1))


def _order(one: tuple[Cell, ThemeCode]) -> tuple[bool, int]:
    """Shown before held back, the larger band first; otherwise the codebook's order, which the sort keeps."""
    cell, _ = one
    return (cell.suppressed, -BANDS.index(cell.band) if cell.band else 0)


def _shown(cell: Cell, label: str) -> dict[str, Any]:
    return {
        "code": cell.code,
        "label": label,
        "band": cell.band,
        "suppressed": cell.suppressed,
        "trend": cell.trend,
    }


def before_of(stored: StoredRelease, releases: Sequence[StoredRelease]) -> StoredRelease | None:
    """The release before this one."""
    return next((one for one in releases if one.number == stored.number - 1), None)
