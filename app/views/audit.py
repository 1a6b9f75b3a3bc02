"""The audit, for administrators: who did what and when, in ids, and whether anybody changed it. No text of anybody."""

from datetime import UTC, datetime

import streamlit as st

from app import state
from app.components import refusals
from app.components.markup import html_text, message
from app.components.times import ago
from assistant.errors import EyelevelError
from assistant.store.people_records import AuditEntry

PAGE = 50
"""Entries on screen at a time."""
ALL = ""
COLUMNS = ("Number", "Time (UTC)", "Who", "What", "On what", "Its id")
_CHECKED, _BEFORE, _ACTION = "audit-checked", "audit-before", "ey-audit-action"


def render() -> None:
    """Draw the page."""
    st.html(
        "<h1>Audit</h1><p class='ey-sub'>What was done to accounts, programmes, pairs and shares: ids and times, and "
        "nothing that anybody wrote. Whose id it is stands on the page “People”; #house is whoever runs the "
        "machine.</p>"
    )
    try:
        _chain()
        _entries()
    except EyelevelError as error:
        st.html(refusals.as_html(str(error)))


def _chain() -> None:
    """Whether the chain holds, looked at when the page is first opened and when asked to."""
    if _CHECKED not in st.session_state:
        _check()
    checked, report = st.session_state[_CHECKED]
    with st.container(key="ey-brick-chain" if report.fault else "ey-spruce-chain"):
        said = "Somebody changed the audit" if report.fault else "The audit is as it was written"
        entries = "1 entry" if report.right == 1 else f"{report.right:,} entries"
        details = message(report.fault) if report.fault else "Each entry signs itself and the one before it."
        st.html(
            f'<div role="status"><h2>{said}</h2><p>{details} {entries} in order; looked at {ago(checked)}.</p></div>'
        )
        if report.newest:
            st.html(
                "<p>Signature of the newest of these; written down elsewhere, it shows a chain cut short:</p>"
                f'<p class="ey-path">{html_text(report.newest)}</p>'
            )
        st.button("Look again", key="ey-audit-check", icon=":material/refresh:", on_click=_check)


def _check() -> None:
    """By the same function as `eyelevel audit`; reads the whole chain."""
    st.session_state[_CHECKED] = datetime.now(UTC), state.get_audit().check(state.actor())


def _entries() -> None:
    audit, actor = state.get_audit(), state.actor()
    with st.container(width=320):
        wanted = st.selectbox(
            "What was done",
            [ALL, *audit.actions(actor)],
            format_func=lambda action: action or "Everything",
            key=_ACTION,
            on_change=_to_newest,
        )
    pages: list[int] = st.session_state.setdefault(_BEFORE, [])
    found = audit.entries(actor, before=pages[-1] if pages else None, limit=PAGE + 1, action=wanted or None)
    shown = found[:PAGE]
    st.html(_table(shown) if shown else "<p>There is no entry.</p>")
    with st.container(horizontal=True, key="ey-audit-pages"):
        look = {"type": "tertiary", "icon": ":material/arrow_back:"}
        if pages:
            st.button("Newer", key="ey-audit-newer", on_click=pages.pop, **look)  # type: ignore[arg-type]
        if len(found) > PAGE:
            older = look | {"icon": ":material/arrow_forward:"}
            st.button("Older", key="ey-audit-older", on_click=pages.append, args=(shown[-1].position,), **older)  # type: ignore[arg-type]


def _to_newest() -> None:
    st.session_state.pop(_BEFORE, None)


def _table(shown: tuple[AuditEntry, ...]) -> str:
    head = "".join(f'<th scope="col">{column}</th>' for column in COLUMNS)
    rows = "".join(f"<tr>{_cells(one)}</tr>" for one in shown)
    return (
        f'<table class="ey-table ey-audit"><caption class="ey-vh">Entries, the newest first</caption><thead><tr>{head}'
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def _cells(one: AuditEntry) -> str:
    values = (f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", one.actor, one.action, one.kind, one.item)
    rest = "".join(
        f'<td data-for="{column}">{html_text(value)}</td>' for column, value in zip(COLUMNS[1:], values, strict=True)
    )
    return f'<th scope="row">{one.position}</th>{rest}'
