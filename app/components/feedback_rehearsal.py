"""Step three of upward feedback: the talk with a simulated senior, line by line, with its debrief beside it.

The senior has a dashed picture and its name at every line, so that nobody takes it for a person. Where no chat model
plays, the page says so. Draws what `app.rehearsing` keeps.
"""

from typing import Any

import streamlit as st

from app import hosting, rehearsing, state
from app.components import contacts, discs, feedback_debrief, feedback_rehearsals
from app.components.markup import html_text, paragraphs, wait_line
from app.rehearsing import Run
from app.upward import Sheet
from assistant.coach.rehearsal.record import LONGEST_LINE, Mood, Rehearsal

COLUMNS = [540, 380]
"""Pixels of the talk and of its debrief in a window of 1280."""
HEARTBEAT = 0.2
"""Seconds between two looks at an answer on its way; a click is heard as fast."""
MOODS = {Mood.OPEN: "Open", Mood.DEFENSIVE: "Defensive", Mood.RUSHED: "Rushed", Mood.DISMISSIVE: "Dismissive"}
EXPLAINED = {
    Mood.OPEN: "Asks for more, so you can practise a second example.",
    Mood.DEFENSIVE: "Explains and justifies, so you can practise staying with what you saw.",
    Mood.RUSHED: "Looks at the clock, so you can practise saying it in thirty seconds.",
    Mood.DISMISSIVE: "Makes it small, so you can practise not letting go.",
}
SENIOR = "Simulated senior"


def draw(sheet: Sheet) -> None:
    """The step."""
    if found := rehearsing.referral():
        contacts.referral(found)
        st.button("Back to the rehearsal", key="ey-say-back", on_click=rehearsing.go_on)
        return
    rehearsal = rehearsing.on_page(sheet)
    run = rehearsing.running(sheet, rehearsal)
    _mood(rehearsal)
    left, right = st.columns(COLUMNS, gap="large")
    with right:
        feedback_debrief.draw(rehearsal, sheet)
    with left:
        with st.container(key="ey-rehearsal"):
            _talk(rehearsal, sheet)
            answer = st.empty() if run else None
        _say(rehearsal, answering=run is not None)
        _who_plays()
        feedback_rehearsals.draw(sheet)
    if run and answer:
        _answer(run, sheet, answer)


def _mood(rehearsal: Rehearsal) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="ey-mood"):
        chosen = st.segmented_control(
            "Your senior is",
            list(MOODS),
            default=rehearsal.senior.mood,
            required=True,
            format_func=MOODS.__getitem__,
            key=f"ey-mood-{rehearsal.senior.mood}",
            wrap=False,
        )
        more = " Another choice begins a new one; this one stays kept." if rehearsal.lines else ""
        st.html(f'<p class="ey-small">{EXPLAINED[rehearsal.senior.mood]}{more}</p>')
    if chosen and chosen != rehearsal.senior.mood:
        rehearsing.choose_mood(chosen)
        st.rerun()


def _talk(rehearsal: Rehearsal, sheet: Sheet) -> None:
    if not rehearsal.lines:
        ask = sheet.current.ask_first if sheet.current else None
        try_ = f' For example: <span class="ey-said">“{html_text(ask.say)}”</span>' if ask and ask.say else ""
        st.html(f'<p class="ey-begin">You begin. Say it as you would say it across the table.{try_}</p>')
    for line in rehearsal.lines:
        if line.speaker == "mentor":
            with st.chat_message("You", avatar=discs.picture("mentor")):
                st.html(f'<div class="ey-bubble ey-said">{paragraphs(line.text)}</div>')
        else:
            with st.chat_message(SENIOR, avatar=discs.picture("senior")):
                st.html(_senior(line.text))


def _senior(text: str) -> str:
    return f'<p class="ey-xs">{SENIOR}</p><div class="ey-said">{paragraphs(text)}</div>'


def _say(rehearsal: Rehearsal, *, answering: bool) -> None:
    if not rehearsal.ended:
        with st.container(key="ey-saying"):
            st.chat_input(
                "Say your first line" if not rehearsal.lines else "Say your next line",
                key=rehearsing.INPUT,
                max_chars=LONGEST_LINE,
                disabled=answering,
                on_submit=rehearsing.take,
            )
    if rehearsal.lines:
        with st.container(horizontal=True, key="ey-say-ways"):
            _way("Take back my last line", ":material/undo:", "ey-say-undo", rehearsing.take_back)
            if rehearsal.ended:
                _way("Go on with it", ":material/forum:", "ey-say-on", rehearsing.resume)
            else:
                _way("End and debrief", ":material/flag:", "ey-say-end", rehearsing.end)
            _way("Start anew", ":material/refresh:", "ey-say-anew", rehearsing.anew)


def _way(name: str, icon: str, key: str, act: Any) -> None:
    st.button(name, icon=icon, key=key, type="tertiary", on_click=act)


def _who_plays() -> None:
    sending = hosting.sending()
    if state.get_rehearser().has_model(sending):
        place = hosting.place()
        line = f"A chat model plays the senior. What you say goes to {place.name}." if place else ""
        line = line or "The chat model on this computer plays the senior, and each sentence is checked first."
    else:
        line = "No chat model plays here: built-in moves answer, made of your own words."
    st.html(f'<p class="ey-xs ey-plays">{html_text(line)} It is a practice partner and no forecast of a person.</p>')


def _answer(run: Run, sheet: Sheet, place: Any) -> None:
    """The answer as it comes, until it is finished or the script is interrupted by a click; then it is kept."""
    improving, seen = run.improving, None
    while not improving.is_over:
        latest = improving.latest
        if latest is not seen:
            seen = latest
            with place.container(), st.chat_message(SENIOR, avatar=discs.picture("senior")):
                said = latest.lines[-1].text if latest.is_answered else ""
                st.html((_senior(said) if said else "") + wait_line("Your senior is thinking"))
        improving.wait(seen, HEARTBEAT)
        state.hear_clicks()
    rehearsing.settle(sheet, run)
    st.rerun()
