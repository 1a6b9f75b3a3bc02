"""One commitment at the end of a reflection: taken on with a day, shared with the mentor where the person wants that.

Part of the page `reflection`. The commitment goes to the store, and its words into the reflection that it came from.
"""

from typing import TYPE_CHECKING

import streamlit as st

from app import navigation, reflecting, state
from app.components.attempt import attempt
from app.components.days import in_words, today
from app.components.markup import html_text, label
from app.reflecting import OnPage

if TYPE_CHECKING:
    from datetime import date

LONGEST = 1000
"""Characters that the store takes."""


def draw(shown: OnPage) -> None:
    """The card. Raises `StoreError`."""
    with st.container(key="ey-spruce-commit"):
        if shown.kept.taken:
            _taken(shown)
        elif shown.kept.declined:
            st.html("<h2>One commitment</h2><p>Not this time. That was a choice, and it is fine.</p>")
            look = {"type": "tertiary", "key": "ey-commit-after-all"}
            st.button("One after all", on_click=_decline, args=(shown, False), **look)  # type: ignore[arg-type]
        else:
            _offer(shown)


def _taken(shown: OnPage) -> None:
    st.html(f'<h2>One commitment</h2><p class="ey-said" role="status">{html_text(shown.kept.taken)}</p>')
    navigation.link_to("commitments", "It stands in “You said, I did”", icon=":material/handshake:")


def _offer(shown: OnPage) -> None:
    proposals, pair = shown.kept.after.commitments, reflecting.pair()
    who = _who(pair.partner_name if pair else None)
    st.html(f'<div class="ey-between"><h2>One commitment</h2><p class="ey-small">{html_text(who)}</p></div>')
    chosen = 0
    if len(proposals) > 1:
        chosen = st.pills(
            "One of these, in your own words",
            range(len(proposals)),
            default=0,
            required=True,
            format_func=lambda at: label(proposals[at].text, 70),
            key=f"ey-pills-commit-{shown.id}",
        )
    proposal = proposals[chosen or 0]
    with st.form(key=f"ey-commit-{shown.id}-{chosen}", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom", key="ey-commit-line"):
            text = st.text_area("What you will do", value=proposal.text, max_chars=LONGEST, height=68)
            due = st.date_input("By when", value=max(proposal.due, today()), format="YYYY-MM-DD", width=150)
        shares = pair is not None and st.checkbox(
            f"{label(pair.partner_name, 40)} may read this line, and only this line"
        )
        with st.container(horizontal=True, key="ey-commit-do"):
            yes = st.form_submit_button("I will do that", type="primary")
            no = st.form_submit_button("Not this time", type="tertiary")
    if no:
        _decline(shown, True)
        st.rerun()
    if yes and attempt(lambda: _take(shown, text or "", due, shares=shares)):
        st.rerun()


def _who(partner: str | None) -> str:
    if partner is None:
        return "Only you can read this line" if state.shared() else "It stays on this computer"
    return f"Only you can read this line, unless you let {partner}"


def _take(shown: OnPage, text: str, due: "date | None", *, shares: bool) -> None:
    from assistant.store.commitments import Source

    if state.get_reflector().refer(text):
        reflecting.answer(shown, "commitment", text)  # puts the contacts on the page, and keeps nothing
        return
    pair, actor = reflecting.pair(), state.actor()
    made = state.get_commitments().add(
        actor, text, pair=pair.id if pair else None, due=due, source=Source(kind="draft", item=shown.id)
    )
    if shares and pair:
        state.get_shares().share(actor, "commitment", made, pair.partner)
    line = f"{' '.join(text.split())}, by {in_words(due, today())}" if due else " ".join(text.split())
    reflecting.change(shown, lambda kept: kept.model_copy(update={"taken": line, "declined": False}))


def _decline(shown: OnPage, declined: bool) -> None:
    attempt(lambda: reflecting.change(shown, lambda kept: kept.model_copy(update={"declined": declined})))
