"""The transcript: who told and who drew out, turn by turn, with figures, the longest stretch and who is who.

Draws what `turn_rows` and `charts` make of a report's measures; changes nothing but who is mentor and mentee, which
checks the note again.
"""

from collections.abc import Callable

import streamlit as st

from app import checking, state
from app.components import charts, download, highlight, turn_rows
from app.components.markup import html_text, label
from assistant.notes.mistake import Mistake
from assistant.notes.note import Measures, NoteReport, Side, Transcript
from assistant.notes.parse import spoken
from assistant.text import shorten

LONGEST = 700
"""Characters of a turn that are shown."""
NEXT = 160
"""Characters of the turn after it."""


def draw(report: NoteReport, transcript: Transcript) -> None:
    """Everything about the transcript."""
    _who_is_who(transcript)
    measures = report.measures
    if not measures or not measures.timeline:
        st.html("<p>The turns of this transcript could not be measured.</p>")
        return
    st.html('<h2 class="ey-h">Telling or drawing out, turn by turn</h2>')
    theme = "dark" if st.context.theme.type == "dark" else "light"
    with st.container(key="ey-timeline"):
        chart = charts.timeline(measures, theme)
        st.altair_chart(chart, theme=None, width="stretch", alt=turn_rows.describe(measures, transcript))
    st.html(_figures(measures, "mentor" if state.role() == "mentor" else "mentee"))
    _marked(report, measures)
    _people(measures, theme)
    _table(measures)
    _downloads(measures, transcript)


def _who_is_who(transcript: Transcript) -> None:
    """Who is mentor and mentee: said where it is known, asked where it is not, turned round with one click."""
    mentor, mentee, pair = transcript.mentor, transcript.mentee, len(transcript.speakers) == 2
    with st.container(horizontal=True, vertical_alignment="center" if pair else "bottom", key="ey-who"):
        if pair and mentor and mentee:
            how = ", as far as the talk tells" if transcript.roles_from == "inferred" else ""
            names = f"<b>{html_text(mentor)}</b> is the mentor, <b>{html_text(mentee)}</b> the mentee{how}."
            st.html(f"<p>{names}</p>", width="content")
        elif pair:
            _ask(transcript)
        else:
            _choose("Mentor", transcript, mentor, lambda chosen: (chosen, mentee if mentee != chosen else None))
            _choose("Mentee", transcript, mentee, lambda chosen: (mentor if mentor != chosen else None, chosen))
        if mentor or mentee:
            swap = {"icon": ":material/swap_horiz:", "type": "tertiary", "key": "ey-swap"}
            st.button("Swap", on_click=checking.assign, args=(mentee, mentor), **swap)  # type: ignore[arg-type]
    if not mentor and not mentee:
        st.html('<p class="ey-small">Nothing in the transcript tells who is who, so nothing here says “you”.</p>')


def _ask(transcript: Transcript) -> None:
    first, second = transcript.speakers
    key = f"ey-who-{checking.sheet().id}"
    others = {first: second, second: first}

    def assign() -> None:
        chosen = st.session_state[key]
        if chosen:
            checking.assign(chosen, others[chosen])

    st.pills("Who is the mentor?", [first, second], format_func=label, key=key, on_change=assign)


def _choose(
    side: str, transcript: Transcript, known: str | None, both: Callable[[str], tuple[str | None, str | None]]
) -> None:
    options = list(transcript.speakers)
    key = f"ey-who-{side}-{checking.sheet().id}-{known}"
    st.selectbox(
        side,
        options,
        index=options.index(known) if known in options else None,
        format_func=lambda name: label(name, 60),
        placeholder="Choose",
        key=key,
        on_change=lambda: checking.assign(*both(st.session_state[key])),
        width=200,
    )


def _figures(measures: Measures, writer: Side) -> str:
    items = "".join(
        f"<div><dt>{html_text(one.label)}</dt><dd><b>{html_text(one.value)}</b>"
        f"<span>{html_text(one.detail)}</span></dd></div>"
        for one in turn_rows.figures(measures, writer)
    )
    return f'<dl class="ey-figures">{items}</dl>'


def _marked(report: NoteReport, measures: Measures) -> None:
    at = turn_rows.marked_turn(measures)
    if at is None:
        return
    turn = measures.timeline[at]
    left, right = st.columns([552, 400], gap="large")
    with left:
        marks = highlight.marks_of(checking.sheet().standing())
        words = highlight.excerpt_html(report.text, _stretches(at), marks, LONGEST)
        st.html(
            f'<h3 class="ey-label">The framed turn, {turn_rows.place(measures, turn)}: {html_text(turn.speaker)}</h3>'
            f"{words}{_following(report, measures, at)}"
        )
    with right:
        _could(turn.speaker)


def _stretches(at: int) -> list[tuple[int, int]]:
    """The spoken words of a turn, without the names and times that may stand between them."""
    note = checking.sheet().note
    turns = spoken(note) if note else ()
    return [(piece.start, piece.end) for piece in turns[at]] if at < len(turns) else []


def _following(report: NoteReport, measures: Measures, at: int) -> str:
    if at + 1 >= len(measures.timeline):
        return ""
    said = " ".join(" ".join(report.text[start:end] for start, end in _stretches(at + 1)).split())
    speaker = html_text(measures.timeline[at + 1].speaker)
    return f'<p class="ey-small">{speaker}’s next turn: “{html_text(shorten(said, NEXT))}”</p>'


def _could(speaker: str) -> None:
    """The question of the finding that is about this; without one, that a long turn alone means nothing."""
    found = [one for one in checking.sheet().standing().values() if one.mistake == Mistake.ONE_WAY_LECTURING]
    if not found:
        st.html(f'<p class="ey-small">Here {html_text(speaker)} told for longest. That alone is no mistake.</p>')
        return
    with st.container(border=True, key="ey-could"):
        st.html(
            '<p class="ey-q">Could a question have stood here?</p>'
            f'<p class="ey-try"><b>Try next time:</b> {html_text(found[0].advice)}</p>'
        )


def _people(measures: Measures, theme: str) -> None:
    st.html('<h2 class="ey-h">Where each one’s words went</h2>')
    chief = turn_rows.chief_speakers(measures)
    for column, (speaker, side) in zip(st.columns(max(1, len(chief)), gap="large"), chief.items(), strict=False):
        with column:
            name = f"{html_text(speaker)}, {side}" if side else html_text(speaker)
            st.html(f'<h3 class="ey-label">{name}</h3>')
            own = [row for row in turn_rows.words_by_move(measures) if row["speaker"] == speaker]
            words = "; ".join(f"{row['does']}: {row['label']}" for row in own)
            st.altair_chart(charts.by_person(measures, speaker, theme), theme=None, width="stretch", alt=words)


def _table(measures: Measures) -> None:
    table = turn_rows.turn_table(measures)
    with st.expander(f"Show all {turn_rows.counted(len(table), 'turn')} as a table"):
        head = "".join(f'<th scope="col">{name}</th>' for name in ("When", "Who", "Does", "Words"))
        rows = "".join(f"<tr>{''.join(f'<td>{html_text(cell)}</td>' for cell in row)}</tr>" for row in table)
        st.html(f'<table class="ey-table ey-turns"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>')


def _downloads(measures: Measures, transcript: Transcript) -> None:
    with st.container(horizontal=True, key="ey-chart-files"):
        for name, file, mime, make in (
            ("Chart as a picture", "eyelevel-turns.png", "image/png", lambda: charts.picture(measures, transcript)),
            ("Figures as CSV", "eyelevel-turns.csv", "text/csv", lambda: turn_rows.as_csv(measures)),
        ):
            download.button(name, file, mime, make, kind="tertiary", key=f"ey-file-{mime}")
    st.html('<p class="ey-xs">Both hold names and figures, and nothing of what was said.</p>')
