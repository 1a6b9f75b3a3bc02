"""The pages by name, so that one page can link to another without importing it.

`app.shell` puts them into the sidebar; pages and components call `link_to`. Holds no state.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from app import state
from assistant.roles import COACHED, PAIRED, Role

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


class PageInfo(NamedTuple):
    """What the sidebar shows of a page."""

    title: str
    icon: str
    address: str
    roles: frozenset[Role] = frozenset(COACHED)
    """Whose sidebar shows it. In personal mode its address answers everyone; where people sign in, these alone."""
    without_people: str = ""
    """Only where people sign in: what it says instead in personal mode, whose sidebar does not list it."""


PAGES = {
    "reflection": PageInfo(
        "Before and after", ":material/self_improvement:", "before-and-after", roles=frozenset({Role.MENTEE})
    ),
    "themes": PageInfo("Themes", ":material/query_stats:", "themes", roles=frozenset({Role.MANAGER})),
    "coach": PageInfo("Coach", ":material/forum:", "coach"),
    "plan": PageInfo("Session plan", ":material/event_note:", "session-plan", roles=frozenset(PAIRED)),
    "check": PageInfo("Check a note", ":material/fact_check:", "check", roles=frozenset(PAIRED)),
    "feedback": PageInfo("Upward feedback", ":material/campaign:", "upward-feedback", roles=frozenset({Role.MENTOR})),
    "commitments": PageInfo(
        "You said, I did",
        ":material/handshake:",
        "you-said-i-did",
        roles=frozenset(PAIRED),
    ),
    "survey": PageInfo(
        "Survey",
        ":material/ballot:",
        "survey",
        roles=frozenset(PAIRED),
        without_people="One person uses Eyelevel on this computer, and the survey is for the two of a pair: what they "
        "answer counts only together with other pairs. Where people sign in (EYELEVEL_SIGN_IN), mentors and mentees "
        "answer it here. Managers find it as a form to print on the page Themes.",
    ),
    "programme_plan": PageInfo("Programme plan", ":material/route:", "programme-plan", roles=frozenset({Role.MANAGER})),
    "programmes": PageInfo(
        "Programmes",
        ":material/hub:",
        "programmes",
        roles=frozenset({Role.MANAGER}),
        without_people="One person uses Eyelevel on this computer, so there is nobody to pair. Where people sign in "
        "(EYELEVEL_SIGN_IN), programme managers make programmes and pairs here.",
    ),
    "conversations": PageInfo("Conversations", ":material/history:", "conversations"),
    "guide": PageInfo("The guide", ":material/menu_book:", "guide"),
    "people": PageInfo("People", ":material/group:", "people", roles=frozenset({Role.ADMINISTRATOR})),
    "audit": PageInfo("Audit", ":material/receipt_long:", "audit", roles=frozenset({Role.ADMINISTRATOR})),
    "privacy": PageInfo("What others see", ":material/visibility:", "what-others-see", roles=frozenset(Role)),
}


FIRST = ("coach", "people")
"""The pages that come first, for everybody else and for an administrator."""


def page(name: str, role: Role | None = None) -> "StreamlitPage":
    """Streamlit's page object; made anew in each run, as Streamlit wants it. Hidden in the sidebar of other roles."""
    info = PAGES[name]
    return st.Page(
        _renderer(name),
        title=info.title,
        icon=info.icon,
        url_path=info.address,
        default=name == FIRST[role is Role.ADMINISTRATOR],
        visibility="visible" if role is None or _lists(info, role) else "hidden",
    )


def names(role: Role) -> list[str]:
    """The pages whose addresses answer: an administrator's own, and for everybody else those of all three others."""
    answering = {role} if role is Role.ADMINISTRATOR else set(COACHED)
    return [name for name, info in PAGES.items() if info.roles & answering]


def _lists(info: PageInfo, role: Role) -> bool:
    return role in info.roles and (state.shared() or not info.without_people)


def _renderer(name: str) -> Callable[[], None]:
    def render() -> None:
        if state.shared() and state.role() not in PAGES[name].roles:
            st.html(f"<h1>Not a page of yours</h1><p>As {state.role().value} you have the pages in the sidebar.</p>")
            return
        if PAGES[name].without_people and not state.shared():
            st.html(f"<h1>{PAGES[name].title}</h1><p>{PAGES[name].without_people}</p>")
            return
        import_module(f"app.views.{name}").render()

    return render


def link_to(name: str, label: str, *, icon: str | None = None, query: Mapping[str, str] | None = None) -> None:
    """A link to a page; `label` is Markdown, so pass other people's text through `markup.label`."""
    st.page_link(page(name), label=label, icon=icon, query_params=dict(query) if query else None)
