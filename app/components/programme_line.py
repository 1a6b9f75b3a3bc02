"""The picture of a programme on "You said, I did": sessions, promises and topics over its months, for one's own eyes.

Draws what `programme_rows` makes of what `app.following` gathered. The picture never shows what the other side wrote
and did not share, and nobody else has this page.
"""

from typing import TYPE_CHECKING, Any

import streamlit as st

from app import following, navigation, state
from app.components import charts, programme_rows, said_did
from app.components.days import in_full, today
from app.components.markup import html_text
from app.components.programme_rows import FORMS, Band, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

    from app.following import Course
    from assistant.coach.arc import Arc, Mix, Span
    from assistant.store.commitments import Commitment
    from assistant.store.people_records import OwnPair

LANE_HEIGHT = 38
"""Pixels."""
SIZE = 130
"""Area of a mark in square pixels."""
ALONE = "Your promises and plans over time"


def draw(pair: "OwnPair | None", own: "Sequence[Commitment]") -> None:
    """The picture with its words and its table, and the summary to take along. Raises `StoreError`."""
    course = following.load(pair, own)
    name = pair.partner_name if pair else None
    st.html(f'<h2 class="ey-h">{html_text(f"Your programme with {name}" if name else ALONE)}</h2>')
    said_did.draw(pair, course)
    if not (course.sessions or course.promises or course.plans or course.shared):
        st.html("<p>Nothing yet. Sessions, promises and the topics of your plans will stand here, month by month.</p>")
        return
    arc, mix = _mix(course)
    found = programme_rows.marks(course, mix, name, today())
    theme = "dark" if st.context.theme.type == "dark" else "light"
    chart = picture(found, programme_rows.bands(arc, course.span), course.span, state.role().value, theme)
    with st.container(key=f"ey-course-{pair.id if pair else 'alone'}"):
        said = programme_rows.describe(found, course.span)
        st.html(_legend(found, state.role().value))
        st.altair_chart(chart, theme=None, width="stretch", alt=said)
        whose = f", the sessions of you two, and what {html_text(name)} shares with you" if name else ""
        st.html(
            '<p class="ey-xs">A tinted stretch is when the guide suggests an area; it is an offer and no rule. Your '
            f"own promises and plans{whose}. Only you see this picture.</p>"
        )
        _missing(mix)
        _table(found, mix, arc, pair)


def _mix(course: "Course") -> "tuple[Arc, Mix]":
    """Reads the catalogue of topics where a plan names one, which takes a moment at the first call of a process."""
    from assistant.coach.arc import load_arc, mix_topics
    from assistant.coach.catalogue import load_topics

    folder = state.get_settings().knowledge / "topics"
    named = any(kept.plan.topics for kept in course.plans)
    topics, arc = load_topics(folder) if named else (), load_arc(folder / "arc.yaml")
    return arc, mix_topics(following.planned(course, topics), topics, arc, course.span.month(today()))


def _missing(mix: "Mix") -> None:
    """A topic that would round the mix off, with the way into a plan; nothing where the plans name no topic yet."""
    if mix.next is None or not any(mix.had.values()):
        return
    from assistant.coach.arc import AREAS

    area = AREAS[mix.missing[0]].lower()
    with st.container(horizontal=True, vertical_alignment="center", key=f"ey-course-next-{mix.next.id}"):
        st.html(
            f'<p class="ey-flat">Nothing yet about {area}. One that suits now: '
            f'<span class="ey-said">{html_text(mix.next.title)}</span></p>',
            width="content",
        )
        navigation.link_to("plan", "Plan a session about it", query={"about": mix.next.title})


def _table(found: "Sequence[Mark]", mix: "Mix", arc: "Arc", pair: "OwnPair | None") -> None:
    with st.expander("Show all of it as a table", key=f"ey-course-table-{pair.id if pair else 'alone'}"):
        rows = [(in_full(one.day), one.lane, one.kind, one.what) for one in reversed(found)]
        st.html(_html_table(("Day", "Of", "What", "In words"), rows))
        st.html(_html_table(("Area", "The guide suggests", "In your plans"), list(programme_rows.mixed(mix, arc))))


def _html_table(head: tuple[str, ...], rows: "Sequence[tuple[str, ...]]") -> str:
    columns = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{html_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<table class="ey-table ey-course"><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>'


def picture(found: "Sequence[Mark]", bands: "Sequence[Band]", span: "Span", role: str, theme: str) -> "alt.LayerChart":
    """The lanes from top to bottom, the months from left to right; `role` colours one's own marks."""
    import altair as alt

    paint = charts.COLOURS[theme]
    shown = list(programme_rows.lanes(found))
    lanes = alt.Y(
        "lane:N",
        sort=shown,
        title=None,
        scale=alt.Scale(domain=shown),
        axis=alt.Axis(domain=False, ticks=False, labelPadding=10, labelColor=paint["ink"], labelLimit=130),
    )
    months = [{"day": _at(day)} for day in programme_rows.months(span)]
    layers: list[Any] = [
        alt.Chart(alt.InlineData(values=[{"lane": b.lane, "begin": _at(b.begin), "end": _at(b.end)} for b in bands]))
        .mark_rect(fill=paint["grid"], cornerRadius=4, height=LANE_HEIGHT - 8)
        .encode(x=_time("begin", span, found), x2="end:T", y=lanes),
        alt.Chart(alt.InlineData(values=months))
        .mark_rule(color=paint["grid"], strokeDash=[2, 3])
        .encode(x=_time("day", span, found)),
        alt.Chart(alt.InlineData(values=[{"day": _at(today())}]))
        .mark_rule(color=paint["ink"], strokeWidth=1.5)
        .encode(x=_time("day", span, found)),
        alt.Chart(alt.InlineData(values=[{"day": _at(today()), "said": "today"}]))
        .mark_text(color=paint["ink"], fontSize=13, baseline="bottom", dy=-3)
        .encode(x=_time("day", span, found), y=alt.value(0), text="said:N"),
        alt.Chart(alt.InlineData(values=[one._asdict() | {"day": _at(one.day)} for one in found]))
        .mark_point(size=SIZE, strokeWidth=2, opacity=1)
        .encode(
            x=_time("day", span, found),
            y=lanes,
            **_forms(found, paint, role),
            tooltip=[
                alt.Tooltip("day:T", title="Day", format="%-d %B %Y"),
                alt.Tooltip("kind:N", title="What"),
                alt.Tooltip("what:N", title="In words"),
            ],
        ),
    ]
    return charts.styled(alt.layer(*layers).properties(width="container", height=LANE_HEIGHT * len(shown)), paint)


def _at(day: Any) -> str:
    """Noon of a day, so that no time zone makes it another one."""
    return f"{day.isoformat()}T12:00:00"


def _time(name: str, span: "Span", found: "Sequence[Mark]") -> "alt.X":
    import altair as alt

    days = [one.day for one in found]
    ends = [_at(min([span.starts_on, *days])), _at(max([span.ends_on, *days]))]
    axis = alt.Axis(format="%b %Y", title=None, grid=False, domain=False, ticks=False, labelPadding=8, tickCount=6,
                    labelOverlap=True)  # fmt: skip
    return alt.X(f"{name}:T", axis=axis, scale=alt.Scale(domain=ends, nice=False, padding=10))


def _forms(found: "Sequence[Mark]", paint: dict[str, str], role: str) -> dict[str, Any]:
    """Form, filling and colour of each kind; `_legend` says what they mean."""
    import altair as alt

    kinds = list(programme_rows.kinds(found))
    if not kinds:
        return {}
    colours = [paint["muted" if (whose := _whose(kind, role)) == "both" else whose] for kind in kinds]
    fills = [colour if FORMS[kind].filled else paint["paper"] for kind, colour in zip(kinds, colours, strict=True)]
    shapes = [FORMS[kind].shape for kind in kinds]
    return {
        "shape": alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=shapes), legend=None),
        "fill": alt.Fill("kind:N", scale=alt.Scale(domain=kinds, range=fills), legend=None),
        "stroke": alt.Stroke("kind:N", scale=alt.Scale(domain=kinds, range=colours), legend=None),
    }


def _whose(kind: str, role: str) -> str:
    """Sessions are of both; what is shared is the other side's; all else is one's own."""
    if kind in (programme_rows.HELD, programme_rows.AHEAD, programme_rows.UNSAID, programme_rows.OFF):
        return "both"
    return ("mentee" if role == "mentor" else "mentor") if kind == programme_rows.THEIRS else role


def _legend(found: "Sequence[Mark]", role: str) -> str:
    items = "".join(
        f'<li><span class="ey-sign ey-{_whose(kind, role)}-said" aria-hidden="true">{FORMS[kind].sign}\ufe0e</span>'
        f"{html_text(kind)}</li>"
        for kind in programme_rows.kinds(found)
    )
    return f'<ul class="ey-signs">{items}</ul>'
