"""The Themes page where people sign in, over a real database: empty, too small, closed, read again, and refused."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from firm import Firm, field
from releases import KNOWLEDGE
from streamlit.testing.v1 import AppTest

from app import state, theme_files
from assistant.errors import AccessDenied
from assistant.programme.codebook import load_codebook
from assistant.programme.report import Reporter
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.database import HOUSE
from assistant.store.imported import ImportedStore
from assistant.store.theme_records import CodedNote, ImportedNote, StoredRelease
from assistant.store.themes import ThemeStore

TODAY = datetime.now(UTC).date()
SECRET = "Zwetajewa"
"""Stands in every imported note and in every name of a pair."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"knowledge": KNOWLEDGE})


class Spring:
    """A programme of imported pairs, and the page of it."""

    def __init__(self, firm: Firm) -> None:
        self.firm, self.store = firm, ThemeStore(firm.database)
        self.imported = ImportedStore(firm.database)
        self.id = self.make("Spring <b>")
        self.made = 0

    def make(self, title: str) -> str:
        return self.firm.programmes.create(self.firm.mara, title, TODAY, TODAY + timedelta(days=90))

    def contribute(self, pairs: int, *codes: str, programme: str = "") -> None:
        """As many new pairs of which each names these codes."""
        programme = programme or self.id
        names = [f"{SECRET} {self.made + at}" for at in range(pairs)]
        notes = [ImportedNote(pair=one, role=Role.MENTOR, held_on=date(2026, 1, 5), text=one) for one in names]
        self.made += pairs
        self.imported.add(HOUSE, programme, notes)
        waiting = self.imported.uncoded(HOUSE, programme, 500)
        version = load_codebook(KNOWLEDGE).version
        self.imported.code(HOUSE, [CodedNote(id=one.id, codes=codes, codebook=version) for one in waiting])

    def pair(self, pairs: int) -> None:
        """As many pairs of real people."""
        for at in range(pairs):
            mentor, mentee = self.firm.add(f"Mo{at}", Role.MENTOR), self.firm.add(f"Me{at}", Role.MENTEE)
            self.firm.programmes.pair(self.firm.mara, self.id, mentor, mentee)

    def open(self) -> AppTest:
        return self.firm.open(self.firm.mara.person, "themes")

    def releases(self) -> tuple[StoredRelease, ...]:
        return self.store.releases(HOUSE, self.id)


@pytest.fixture
def spring(firm: Firm) -> Spring:
    return Spring(firm)


def labels(session: AppTest) -> list[str]:
    return [one.label for one in session.button]


def close(session: AppTest) -> AppTest:
    """Press the button and say yes."""
    field(session.button, "ey-themes-close").click().run()
    return field(session.button, "ey-themes-sure-yes").click().run()


def test_without_a_programme_the_page_says_what_to_do(firm: Firm, html: Any) -> None:
    # why: the first thing that a new manager sees must not be an empty table
    shown = html(firm.open(firm.mara.person, "themes"))
    assert "No programme yet" in shown and "What you can do meanwhile" in shown


def test_before_five_pairs_contributed_nothing_can_be_closed(spring: Spring, html: Any) -> None:
    # why: a release of fewer than five pairs points at people
    spring.contribute(3, "no_time")
    page = spring.open()
    shown = html(page)
    assert "No release yet" in shown and "Two more pairs need to contribute" in shown
    assert not any("Close" in label for label in labels(page))


@pytest.mark.parametrize(
    ("pairs", "said"),
    [(4, "Too few pairs for themes"), (6, "A release would show nothing"), (8, "Expect little at this size")],
)
def test_a_programme_that_is_too_small_is_told_kindly(spring: Spring, html: Any, pairs: int, said: str) -> None:
    # why: a manager of six pairs should not wait for months for bands that cannot come
    spring.pair(pairs)
    shown = html(spring.open())
    assert said in shown and "What you can do meanwhile" in shown


def test_a_programme_that_is_large_enough_is_not_warned(spring: Spring, html: Any) -> None:
    # why: a warning that is always there is not read
    spring.pair(10)
    shown = html(spring.open())
    assert "No release yet" in shown and "Expect little" not in shown


def test_a_cycle_is_closed_after_a_word_of_what_happens(spring: Spring, html: Any) -> None:
    # why: closing cannot be undone, so it takes a second press that knows what it does
    spring.contribute(14, "no_time", "sign_trust")
    page = spring.open()
    assert "The first release can be made" in html(page)
    field(page.button, "ey-themes-close").click().run()
    assert "frozen" in html(page) and "needs five pairs again" in html(page) and not spring.releases()
    field(page.button, "ey-themes-sure-no").click().run()
    assert not spring.releases()
    shown = html(close(page))
    assert len(spring.releases()) == 1
    assert "Themes, first release" in shown and "The cycle is closed" in shown and "ey-bar-ten" in shown
    assert "Five pairs need to contribute before a new one can be made" in shown


def test_what_is_held_back_is_a_chip_and_explained_once(spring: Spring, html: Any) -> None:
    # why: held back does not mean zero, and a manager must read so
    spring.contribute(12, "no_time")
    shown = html(close(spring.open()))
    book = load_codebook(KNOWLEDGE)
    assert shown.count("It does not mean zero") == 1
    assert shown.count('<li class="ey-held">') == len(book.codes) - 1
    help_ = next(code for code in book.codes if code.id == "no_time")
    assert f"<h3>{help_.label}</h3>" in shown and "Where to help first" in shown


@pytest.mark.parametrize("pairs", [0, 5, 14])
def test_the_survey_is_there_as_a_form_once(spring: Spring, pairs: int) -> None:
    # why: whoever asks in person needs it with a release, without one, and with one that shows nothing
    spring.contribute(pairs, "no_time")
    page = close(spring.open()) if pairs else spring.open()
    assert [one.proto.label for one in page.get("link_button")].count("Survey form for Word") == 1


def test_a_release_that_shows_nothing_is_explained(spring: Spring, html: Any) -> None:
    # why: five pairs can close a cycle and see nothing; that must not look like a fault
    spring.contribute(5, "no_time")
    shown = html(close(spring.open()))
    assert "Everything in this release is held back" in shown and "ey-bar" not in shown


def test_an_earlier_release_can_be_opened(spring: Spring, html: Any) -> None:
    # why: what was reported in spring must still be there in summer
    spring.contribute(14, "no_time")
    page = close(spring.open())
    spring.contribute(14, "alibi")
    page = close(page.run())
    assert "Themes, second release" in html(page)
    field(page.button, "ey-release-1").click().run()
    shown = html(page)
    assert "Themes, first release" in shown and "Close this cycle" not in " ".join(labels(page))
    field(page.button, "ey-release-2").click().run()
    assert "Themes, second release" in html(page)


def test_each_programme_has_its_own_themes(spring: Spring, html: Any) -> None:
    # why: there is no total over programmes, from which one could be subtracted
    other = spring.make("Autumn")
    spring.contribute(14, "no_time", programme=other)
    page = spring.open()
    field(page.selectbox, "ey-themes-programme").set_value(other).run()
    assert "Themes, first release" in html(close(page)) and not spring.releases()
    field(page.selectbox, "ey-themes-programme").set_value(spring.id).run()
    assert "No release yet" in html(page)


def test_titles_show_as_text(spring: Spring, html: Any) -> None:
    # why: a programme is called whatever somebody types
    spring.contribute(14, "no_time")
    page = spring.open()
    field(page.button, "ey-themes-close").click().run()
    assert "Spring <b>" not in html(page) and "Spring &lt;b&gt;" in html(page)


def test_nothing_of_a_note_or_of_a_pair_is_on_the_page(spring: Spring) -> None:
    # why: every byte that a manager's browser gets comes from the release
    spring.contribute(14, "no_time")
    page = close(spring.open())
    field(page.button, "ey-source-theme-first") if any("first" in (one.key or "") for one in page.button) else None
    sent = b"".join(element.proto.SerializeToString() for element in walk(page._tree.root))
    assert SECRET.encode() not in sent and len(sent) > 5_000
    assert not any(count in sent for count in (b">14<", b"14 pairs", b"fourteen"))


def walk(block: Any) -> Any:
    """Every element of a page."""
    for child in getattr(block, "children", {}).values():
        if hasattr(child, "children") and not hasattr(child.proto, "SerializeToString"):
            yield from walk(child)
        else:
            yield child
            yield from walk(child)


def test_mentors_do_not_get_the_page(spring: Spring, html: Any) -> None:
    # why: the page is the manager's; what everybody may read of a release stands elsewhere
    mentor = spring.firm.add("Lina", Role.MENTOR)
    assert "Not a page of yours" in html(spring.firm.open(mentor, "themes"))


def test_files_are_refused_once_the_role_is_gone(spring: Spring) -> None:
    # why: an offer on a page that is still open must not outlive the role
    spring.contribute(14, "no_time")
    firm = spring.firm
    close(spring.open())
    (programme,), (release,) = firm.programmes.list(firm.mara), spring.releases()
    wanted = theme_files.Wanted(spring.store, Reporter(state.get_settings()), firm.mara, programme, release.id)
    assert theme_files.pdf(wanted).startswith(b"%PDF")
    firm.people.revoke(firm.ada, firm.mara.person, Role.MANAGER)
    for make in (partial(theme_files.pdf, wanted), partial(theme_files.slides, wanted)):
        with pytest.raises(AccessDenied):
            make()


def test_a_mentor_cannot_have_the_managers_files(spring: Spring) -> None:
    # why: the offer is made with the actor of whoever drew the page, and looked up when it is fetched
    spring.contribute(14, "no_time")
    close(spring.open())
    firm = spring.firm
    (programme,), (release,) = firm.programmes.list(firm.mara), spring.releases()
    other = Actor(person=firm.add("Lina", Role.MENTOR), role=Role.MENTOR)
    wanted = theme_files.Wanted(spring.store, Reporter(state.get_settings()), other, programme, release.id)
    with pytest.raises(AccessDenied):
        theme_files.pdf(wanted)
