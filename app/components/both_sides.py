"""Both sides' view of a session: what the mentor meant beside what the mentee takes away, once both have said yes.

Before that each sees nothing but the own words, and is not told whether the other has written or agreed. The other's
words are read anew from the store each time they are drawn, and looked at again by themselves now and then, so that
they leave the screen when either side withdraws; nothing of them is kept. What is typed is looked at for a disclosure
first, which is answered with whom to turn to, and kept only if the person says so again; no gap is sought in it.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final
from zlib import crc32

import streamlit as st

from app import navigation, state
from app.components import contacts
from app.components.attempt import attempt, told
from app.components.days import in_words, today
from app.components.markup import html_text
from app.components.received import WATCH_SECONDS

if TYPE_CHECKING:
    from assistant.coach.gap import Gap
    from assistant.events import Referral
    from assistant.store.people_records import HeldSession, OwnPair
    from assistant.store.takeaways import OtherTakeaway, Takeaway

LONGEST: Final = 2000
"""Characters that the store takes."""
ALONE = (
    "What came across? Where people sign in, the two of a pair can put what the one meant beside what the other took "
    "away. Here nobody else can write, so there is nothing to compare."
)
_ASKED: Final = {"mentor": "What did you mean to convey?", "mentee": "What do you take away?"}
_OTHERS: Final = {"mentor": "takes away", "mentee": "meant to convey"}
_HARM = "ey-takeaway-harm"
_SHOWN = "ey-takeaway-shown"
"""Of which own takeaways the other's words stand on the page."""


def alone() -> None:
    """The one sentence for who has nobody to compare with."""
    st.html(f'<p class="ey-small">{ALONE}</p>')


def draw(pair: "OwnPair", sessions: "Sequence[HeldSession]") -> None:
    """For a session of the pair that is over, the latest unless another is chosen. Raises `StoreError`."""
    met = [one for one in sessions if one.held_on <= today() and one.minutes_held != 0]
    written = state.get_takeaways().list(state.actor())
    orphans = [one for one in written if one.pair == pair.id and one.meeting is None]
    if not met and not orphans:
        return
    open_at_once = any(one.consented for one in written if one.pair == pair.id)
    with st.expander(
        "What came across", icon=":material/compare_arrows:", expanded=open_at_once, key=f"ey-both-{pair.id}"
    ):
        if met:
            meeting = _chosen(pair, met)
            _session(pair, meeting, next((one for one in written if one.meeting == meeting.id), None))
        for one in orphans:
            _orphan(one)


def _chosen(pair: "OwnPair", met: "Sequence[HeldSession]") -> "HeldSession":
    latest = max(met, key=lambda one: one.held_on)
    if len(met) == 1:
        st.html(f'<p class="ey-small">Session of {in_words(latest.held_on, today())}</p>')
        return latest
    ordered = sorted(met, key=lambda one: one.held_on, reverse=True)
    days = {one.id: f"Session of {in_words(one.held_on, today())}" for one in ordered}
    chosen = st.selectbox(
        "Which session", list(days), format_func=days.__getitem__, key=f"ey-both-session-{pair.id}-{latest.id}"
    )
    return next(one for one in ordered if one.id == chosen)


def _session(pair: "OwnPair", meeting: "HeldSession", mine: "Takeaway | None") -> None:
    role = state.role().value
    left, right = st.columns(2, gap="medium")
    with left:
        st.html(f'<p class="ey-label ey-{role}-said">{_ASKED[role]}</p>')
        _own(pair, meeting, mine)
    with right:
        other = html_text(pair.partner_name)
        st.html(f'<p class="ey-label ey-{_other(role)}-said">What {other} {_OTHERS[role]}</p>')
        if mine and mine.consented and pair.active:
            st.fragment(_theirs, run_every=WATCH_SECONDS)(pair, mine)
        else:
            st.html(f'<p class="ey-flat">{_not_yet(pair, mine)}</p>')


def _not_yet(pair: "OwnPair", mine: "Takeaway | None") -> str:
    """Why nothing of the other stands here; it never tells what the other did."""
    name = html_text(pair.partner_name)
    if not pair.active:
        return "This pair has ended, and with it what you two showed each other."
    if mine is None:
        return f"Write yours first. Then you can choose to show it, and you see {name}’s once you both have said yes."
    return f"It stands here once you both have said yes. {name} is not told that you wrote something."


def _own(pair: "OwnPair", meeting: "HeldSession", mine: "Takeaway | None") -> None:
    key = f"{meeting.id}-{mine.updated.timestamp() if mine else 0}"
    with st.form(key=f"ey-takeaway-{key}", border=False):
        text = st.text_area(
            _ASKED[state.role().value],
            value=mine.text if mine else "",
            max_chars=LONGEST,
            height=120,
            placeholder="Two or three sentences are enough",
            label_visibility="collapsed",
            key=f"ey-takeaway-text-{key}",
        )
        sent = st.form_submit_button("Keep it")
    if sent and _kept(meeting, text or ""):
        st.rerun()
    _harm(meeting, text or "")
    if mine:
        _consent(pair, mine)


def _harm(meeting: "HeldSession", text: str) -> None:
    """Whom to turn to, where what was typed discloses harm; the person has the last word on whether it is kept."""
    harm: dict[str, Referral] = st.session_state.get(_HARM, {})
    if found := harm.get(meeting.id):
        contacts.referral(found)
        st.html('<p class="ey-small">What you typed was not kept and went to nobody.</p>')
        pressed = st.button("Keep it all the same, for you alone", key=f"ey-takeaway-all-the-same-{meeting.id}")
        if pressed and attempt(lambda: state.get_takeaways().write(state.actor(), meeting.id, text)):
            harm.pop(meeting.id)
            st.rerun()


def _kept(meeting: "HeldSession", text: str) -> bool:
    """Keep it, unless it discloses harm: that is no matter between the two sides of a pair; whether it was kept."""
    harm: dict[str, Referral] = st.session_state.setdefault(_HARM, {})
    harm.pop(meeting.id, None)
    if found := state.get_coach().referral(text):
        harm[meeting.id] = found
        return False
    return attempt(lambda: state.get_takeaways().write(state.actor(), meeting.id, text))


def _consent(pair: "OwnPair", mine: "Takeaway") -> None:
    name, takeaways = html_text(pair.partner_name), state.get_takeaways()
    if mine.consented:
        st.html(
            f'<p class="ey-small" role="status"><b class="ey-read">You said yes: {name} reads these words when, and as '
            f"long as, {name} says yes too.</b> Also as you change them later.</p>"
        )
    else:
        st.html('<p class="ey-small">Only you can read it.</p>')
    with st.container(horizontal=True, vertical_alignment="center", key=f"ey-takeaway-ways-{mine.id}"):
        if mine.consented:
            stop = st.button("Take it back", icon=":material/lock:", key=f"ey-takeaway-stop-{mine.id}")
            if stop and attempt(lambda: takeaways.withdraw(state.actor(), mine.id)):
                st.rerun()
        elif pair.active and mine.meeting:
            known = f"{mine.id}-{mine.updated.timestamp()}"
            with st.popover("Show it to each other", icon=":material/group:", key=f"ey-takeaway-give-{known}"):
                _give(name, mine)
        _delete(mine)


def _give(name: str, mine: "Takeaway") -> None:
    st.html(
        f'<p class="ey-flat">For this session alone: {name} will read your words, and you {name}’s, as soon as both '
        "have said yes. Either of you can take it back at any time, and then neither reads the other’s. What was read "
        "cannot be unread.</p>"
    )
    pressed = st.button("Yes, show it to each other", key=f"ey-takeaway-yes-{mine.id}")
    if pressed and attempt(lambda: state.get_takeaways().consent(state.actor(), mine.id)):
        st.rerun()


def _delete(mine: "Takeaway") -> None:
    look = {"icon": ":material/delete:", "type": "tertiary", "key": f"ey-takeaway-delete-{mine.id}"}
    pressed = st.button("Delete it for good", **look)  # type: ignore[arg-type]
    if pressed and attempt(lambda: state.get_takeaways().delete(state.actor(), mine.id)):
        st.rerun()


def _orphan(one: "Takeaway") -> None:
    st.html(
        f'<p class="ey-said ey-passage">{html_text(one.text)}</p><p class="ey-small">Of the session of '
        f"{in_words(one.held_on, today())}, which was deleted. Only you can read it.</p>"
    )
    _delete(one)


def _theirs(pair: "OwnPair", mine: "Takeaway") -> None:
    """The other's words, or that they are not there; run again by itself."""
    with told():
        found = state.get_takeaways().received(state.actor())
        other = next((one for one in found if one.meeting == mine.meeting), None)
        shown: set[str] = st.session_state.setdefault(_SHOWN, set())
        if other is None and mine.id in shown:
            shown.discard(mine.id)
            st.rerun()  # all of the page anew: what a part leaves out can stay on the screen until its next run
        if other is None:
            name = html_text(pair.partner_name)
            st.html(f'<p class="ey-flat" role="status">Nothing yet. It stands here once {name} has said yes too.</p>')
            return
        shown.add(mine.id)
        st.html(f'<div class="ey-said ey-passage">{html_text(other.text)}</div>')
        _gap(mine, other)


def _gap(mine: "Takeaway", other: "OtherTakeaway") -> None:
    from assistant.coach.gap import find_gaps

    coach = state.get_coach()
    if coach.referral(mine.text) or coach.referral(other.text):
        return
    by_mentor = state.role().value == "mentor"
    meant, taken = (mine.text, other.text) if by_mentor else (other.text, mine.text)
    found = find_gaps(meant, taken, coach.embeddings)
    if not found.compared:
        return
    if not found.found:
        st.html('<p class="ey-flat">As far as the words tell, what was meant came across.</p>')
        return
    _offer(found.found, html_text(other.owner_name), by_mentor=by_mentor)


def _offer(gaps: "Sequence[Gap]", name: str, *, by_mentor: bool) -> None:
    from assistant.coach.gap import topic_of

    meant, taken = (
        _quotes(dict.fromkeys(texts)) for texts in zip(*((one.meant, one.taken) for one in gaps), strict=True)
    )
    who, whom = ("You", name) if by_mentor else (name, "You")
    with st.container(key=f"ey-spruce-gap-{crc32(meant.encode())}"):
        st.html(
            f"<p>{who} meant {meant}</p><p>{whom} took away {taken}</p>"
            "<p>Did that come across? If not, talk about it first next time.</p>"
        )
        query = {"about": topic_of(gaps)}
        navigation.link_to("plan", "Put it into the next plan", icon=":material/event_note:", query=query)


def _quotes(texts: Iterable[str]) -> str:
    return " and ".join(f'<span class="ey-said">“{html_text(one)}”</span>' for one in texts)


def _other(role: str) -> str:
    return "mentee" if role == "mentor" else "mentor"
