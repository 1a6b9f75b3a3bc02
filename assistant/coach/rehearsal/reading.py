"""What a line of the mentor does: asks first, names the moment, says what was seen, asks for something, gives up.

Rules on words, so that the same line always reads the same and in a millisecond; each finding is a verbatim stretch
of the line. It reads English. What a line does decides the simulated senior's next move, and the debrief rests on it.
"""

import re
from enum import StrEnum

from assistant.coach.rehearsal.clauses import Clause, split_clauses
from assistant.coach.rehearsal.signs import load_signs
from assistant.notes.note import Record


class Act(StrEnum):
    """Something that a line does."""

    PERMISSION = "permission"
    SITUATION = "situation"
    BEHAVIOUR = "behaviour"
    IMPACT = "impact"
    REQUEST = "request"
    OPEN_QUESTION = "open_question"
    ACKNOWLEDGES = "acknowledges"
    REFLECTS = "reflects"
    """Gives back what the senior said."""
    ARGUES = "argues"
    BLAMES = "blames"
    ABSOLUTE = "absolute"
    HEDGES = "hedges"
    GIVES_UP = "gives_up"
    GREETS = "greets"
    CLOSES = "closes"
    INSTRUCTS = "instructs"
    """Speaks to the machine behind the senior."""


_VERDICTS = {Act.BLAMES, Act.ABSOLUTE}


class LineReading(Record):
    """What one line does, with the words that show it."""

    quotes: dict[Act, str]
    """The first stretch of the line that does it, verbatim; absent where the line does not do it."""

    def does(self, *acts: Act) -> bool:
        """Whether it does any of these."""
        return any(act in self.quotes for act in acts)

    def quote(self, *acts: Act) -> str:
        """The words of the first of these that it does; empty where it does none."""
        return next((self.quotes[act] for act in acts if act in self.quotes), "")


def read_line(text: str, *, after_senior: bool = False, behaviour_said: bool = False) -> LineReading:
    """What the line does.

    `after_senior`: whether the senior spoke before it, so that it can draw out or argue. `behaviour_said`: whether an
    earlier line said what was seen, so that what follows from it can stand alone.
    """
    found: dict[Act, str] = {}
    judged = ""
    text = text.replace("’", "'")
    clauses = split_clauses(text)
    acts = [_acts(clause, after_senior=after_senior) for clause in clauses]
    told = behaviour_said or any({Act.BEHAVIOUR, Act.SITUATION} & set(one) for one in acts)
    for clause, does in zip(clauses, acts, strict=True):
        argues = Act.ARGUES in found or Act.ARGUES in does
        for act in [*does, *([Act.IMPACT] if told and not argues and _follows(clause, does) else [])]:
            if act is Act.BEHAVIOUR and _VERDICTS & set(does):
                judged = judged or clause.text
            else:
                found.setdefault(act, clause.text)
    if judged:
        found.setdefault(Act.BEHAVIOUR, judged)
    _name_moment(found, clauses)
    if Act.GIVES_UP in found and not after_senior:
        del found[Act.GIVES_UP]
    if Act.GIVES_UP in found and found.keys() & {Act.REQUEST, Act.BEHAVIOUR}:
        last = max(found, key=lambda act: text.rfind(found[act]))
        if last is not Act.GIVES_UP:
            del found[Act.GIVES_UP]
    if len(text.split()) > 90 and after_senior:
        found.setdefault(Act.ARGUES, _opening(text))
    return LineReading(quotes=found)


def _name_moment(found: dict[Act, str], clauses: tuple[Clause, ...]) -> None:
    """A moment that is spread over several clauses: "When Ana and I began, you …"."""
    for clause in clauses:
        said = clause.sentence
        if Act.SITUATION not in found and not clause.is_asked and _is("moment", said) and not _is("no_moment", said):
            found[Act.SITUATION] = said


def _opening(text: str) -> str:
    return " ".join(text.split()[:12])


def _follows(clause: Clause, does: list[Act]) -> bool:
    """Whether a clause beside what was seen tells what followed from it: somebody else is its subject."""
    others = set(does) - {Act.SITUATION, Act.HEDGES, Act.ABSOLUTE}
    told = _is("impact_likely", clause.text) and not _is("no_impact", clause.text)
    return told and not (clause.is_asked or others)


def _acts(clause: Clause, *, after_senior: bool) -> list[Act]:
    said = clause.text
    acts = [act for act in _ANYWHERE if _is(act.value, said)]
    asks_open = (clause.is_asked and _begins("open_question", said)) or _is("invites", said)
    if Act.BLAMES in acts and _is("no_blame", clause.sentence):
        acts.remove(Act.BLAMES)
    if Act.PERMISSION in acts and asks_open:
        acts.remove(Act.PERMISSION)
    permission = Act.PERMISSION in acts
    request = not permission and _is("request", said) and not asks_open
    if (clause.is_asked or asks_open) and not (permission or request) and (asks_open or _is_open(clause)):
        acts.append(Act.OPEN_QUESTION)
    if request or (clause.is_asked and _is("proposes", said)):
        acts.append(Act.REQUEST)
    if after_senior and _is("echoes", said) and not clause.text.lower().startswith("but"):
        acts += [Act.ACKNOWLEDGES, Act.REFLECTS]
    if after_senior and _is("argues", said):
        acts.append(Act.ARGUES)
    if _is("moment", said) and not _is("no_moment", said) and (permission or not request):
        acts.append(Act.SITUATION)
    if _is("pointed_at", said) or not (request or permission or clause.is_asked):
        acts += _told(said)
    return acts


_OBJECT = re.compile(
    r"\b(tell|told|telling|give|gave|giving|show|showed|ask|asked|let|help|thank|owe|like|want|wanted|with|for|to|about|"
    r"from|of|at|on|see|saw|hear|heard|wrote|sent) you\b"
    r"(?! (?:\w+ed|did|do|were|are|was|have|had|kept|keep|said|took|cut|left)\b)",
    re.IGNORECASE,
)


def _told(said: str) -> list[Act]:
    """What a clause reports; "you" counts only where it acts."""
    if _is("acted", _OBJECT.sub(r"\1 them", said)) and not _is("no_behaviour", said):
        return [Act.BEHAVIOUR]
    return [Act.IMPACT] if _is("impact_clear", said) and not (_is("blames", said) or _is("it_is", said)) else []


def _is_open(clause: Clause) -> bool:
    return _is("open_question", clause.text) or _begins("open_question", clause.sentence)


def _is(sign: str, said: str) -> bool:
    return bool(load_signs()[sign].search(said))


def _begins(sign: str, said: str) -> bool:
    return bool(load_signs()[sign].match(said))


_ANYWHERE = (
    Act.PERMISSION,
    Act.ACKNOWLEDGES,
    Act.BLAMES,
    Act.ABSOLUTE,
    Act.HEDGES,
    Act.GIVES_UP,
    Act.GREETS,
    Act.CLOSES,
    Act.INSTRUCTS,
)
"""Acts that have a sign of their own name and need nothing else."""
