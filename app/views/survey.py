"""Survey: what the two of a pair, each alone, say of their sessions on four levels; and who sees what of it.

An answer is kept for its owner alone, sealed. It counts for the programme where the person lets themes count, as
agreement or disagreement with a statement and no more, and can be changed until a release has taken it.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final
from zlib import crc32

import streamlit as st

from app import contributing, navigation, state
from app.components import discs
from app.components.attempt import attempt, told
from app.components.days import day_of, in_full
from app.components.markup import html_text
from assistant.programme.survey import SCALE
from assistant.roles import PAIRED
from assistant.store.theme_records import OwnContribution, ThemeSource

if TYPE_CHECKING:
    from assistant.programme.survey import Statement
    from assistant.store.people_records import OwnPair

COLUMNS: Final = [600, 320]
BELOW: Final = "How your sessions go. Ten statements at most; leave out whatever you like"
_KEPT: Final = "ey-survey-kept"


def render() -> None:
    """Draw the page."""
    if state.role() not in PAIRED:
        _head("For mentors and mentees")
        return
    _head(BELOW)
    with told():
        pairs = state.get_programmes().own_pairs(state.actor())
        if not pairs:
            _nobody()
            return
        pair = _choose(pairs)
        with st.container(key="ey-survey"):
            left, right = st.columns(COLUMNS, gap="large")
            with left:
                _form(pair)
            with right:
                _who_sees(pair)


def _head(below: str) -> None:
    st.html(f"<h1>Survey</h1><p class='ey-sub'>{below}</p>")


def _nobody() -> None:
    with st.container(key="ey-tint-survey-nobody"):
        st.html(
            f"{discs.line('middle')}<h2>You are in no pair yet</h2><p>The survey is about the sessions of a pair. Once "
            "your programme manager has paired you, it stands here, and only you can read what you answer.</p>"
        )


def _choose(pairs: "Sequence[OwnPair]") -> "OwnPair":
    """The pair that it is about; asked where there are several, active ones first."""
    ordered = sorted(pairs, key=lambda one: not one.active)
    if len(ordered) == 1:
        return ordered[0]
    by_id = {one.id: one for one in ordered}

    def named(key: str) -> str:
        one = by_id[key]
        return f"{one.partner_name}, {one.programme.title}{'' if one.active else ' (ended)'}"

    chosen: str = st.selectbox("Your sessions with", list(by_id), format_func=named, key="ey-survey-pair")
    return by_id[chosen]


def _form(pair: "OwnPair") -> None:
    before = state.get_survey().own(state.actor(), pair.id)
    survey = state.get_reporter().survey
    known = f"{pair.id}-{state.role()}-{crc32(repr(sorted(before.items())).encode())}"
    answers: dict[str, int] = {}
    with st.form(key=f"ey-survey-form-{known}", border=False):
        for level, heading in survey.levels.items():
            with st.container(key=f"ey-survey-{level}", gap="small"):
                st.html(f'<h2 class="ey-themes-title">{html_text(heading)}</h2>')
                for one in survey.of(level):
                    answers |= _ask(one, before, known)
        pressed = st.form_submit_button("Keep my answers", type="primary")
    if pressed and attempt(lambda: contributing.answer(pair.id, answers)):
        st.session_state[_KEPT] = pair.id
        st.rerun()
    if st.session_state.pop(_KEPT, None) == pair.id:
        st.html(f'<p class="ey-saved" role="status">{"Kept" if before else "Nothing is kept"}</p>')
    if before:
        _erase(pair)


def _ask(one: "Statement", before: Mapping[str, int], known: str) -> dict[str, int]:
    """One statement with its five points; nothing where none is chosen."""
    chosen = st.segmented_control(
        one.asked(state.role()).replace("*", "\\*"),
        range(1, len(SCALE) + 1),
        default=before.get(one.id),
        format_func=lambda point: SCALE[point - 1],
        key=f"ey-survey-answer-{one.id}-{known}",
    )
    return {} if chosen is None else {one.id: int(chosen)}


def _erase(pair: "OwnPair") -> None:
    look = {"icon": ":material/delete:", "type": "tertiary", "key": f"ey-survey-erase-{pair.id}"}
    pressed = st.button("Erase my answers", **look)  # type: ignore[arg-type]
    if pressed and attempt(lambda: contributing.answer(pair.id, {})):
        st.session_state[_KEPT] = pair.id
        st.rerun()


def _who_sees(pair: "OwnPair") -> None:
    name = html_text(pair.partner_name)
    with st.container(key="ey-spruce-survey"):
        st.html(
            "<h2>Who sees what</h2>"
            f"<p><b>You</b> see your answers. {name} does not, your programme manager does not, and nobody else."
            "</p>"
            "<p><b>Programme managers</b> see, for each statement, in which band the number of pairs lies that agree "
            "(“Rather yes”, “Fully”), and of those that do not (“Not at all”, “Rather not”). “Partly” counts for "
            "neither. Fewer than five pairs are never shown.</p>"
        )
    with st.container(key="ey-tint-survey-counts"):
        _counts(pair)


def _counts(pair: "OwnPair") -> None:
    """Whether the answers count, and what can be done about it."""
    found = [one for one in state.get_themes().own(state.actor()) if one.source == ThemeSource("survey", pair.id)]
    answered = bool(state.get_survey().own(state.actor(), pair.id))
    given = contributing.consents()
    st.html(f"<h2>Whether it counts</h2><p>{_standing(found, answered=answered, given=given)}</p>")
    if not given:
        pressed = st.button("Let it count", icon=":material/add_circle:", key="ey-survey-agree")
        if pressed and attempt(lambda: _agree(pair.id)):
            st.rerun()
    elif answered and not found:
        pressed = st.button("Let it count", icon=":material/add_circle:", key="ey-survey-count")
        if pressed and attempt(lambda: contributing.count_answers(pair.id)):
            st.rerun()
    navigation.link_to("privacy", "What counts of you", icon=":material/visibility:")


def _agree(pair: str) -> None:
    contributing.agree()
    contributing.count_answers(pair)


def _standing(found: Sequence[OwnContribution], *, answered: bool, given: bool) -> str:
    taken = next((one for one in found if one.released), None)
    since = f" of {in_full(day_of(taken.created))}" if taken else ""
    if any(not one.released for one in found):
        more = f" Your answers{since} are in an earlier one." if taken else ""
        return f"Your answers count in the next release. Until then you can change or erase them.{more}"
    if taken:
        return (
            f"A release has taken your answers{since}, as bands without a name. If something has changed, answer "
            "again: the next release takes what you say then."
        )
    if not given:
        kept = "They are kept for you alone." if answered else "What you answer is kept for you alone."
        return (
            f"{kept} It helps your programme only if you let it count, with the themes of your notes and kept "
            "promises: codes, no words, and you can stop at any time."
        )
    if answered:
        return "They are kept for you alone, and left out of the next release."
    return "You let themes count, so what you answer counts in the next release."
