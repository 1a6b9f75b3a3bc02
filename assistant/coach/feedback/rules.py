"""What can be read off the words alone: the four parts and the six weakening habits by patterns, in four languages.

Used where the trained reader cannot be (another language than English, a model that is missing), and as the plainest
competitor in the evaluations. Pure; offsets count code points of the text as given.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.coach.feedback.record import ELEMENTS, MARKS, ElementName, MarkKind


class Span(NamedTuple):
    """A stretch of a text, half-open."""

    start: int
    end: int


class Reading(NamedTuple):
    """What was found in a text: at most one stretch for each part, any number for each habit."""

    elements: dict[ElementName, Span]
    marks: dict[MarkKind, tuple[Span, ...]]


_DAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:'s)?|(?:mon|tue|tues|wed|thu|thurs|fri|sat|sun)\b|yesterday(?:'s)?|"
    r"today(?:'s)?|this (?:morning|afternoon|evening)(?:'s)?|last (?:night|week|month|friday|monday)(?:'s)?|"
    r"\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)\w*|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2}\b|the \d{1,2}(?:st|nd|rd|th)\b|"
    r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|gestern|heute)\w*|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|hier|"
    r"lunes|martes|miércoles|jueves|viernes|sábado|domingo|ayer"
)
_OCCASION = re.compile(
    rf"(?:\b(?:in|at|on|during|after|before|when|since|from|bei|in|am|im|beim|nach|pendant|lors|après|au|à|dans|en|el|"
    rf"durante|después)\b[^.?!;,]{{0,45}})?\b(?:{_DAY})(?:\s+(?:in|at|during|of|meeting|call|review|night|morning|"
    rf"afternoon|session|shift)\b[^.?!;,]{{0,30}}?(?=\s+(?:you|he|she|they|we|i)\b|[,.;!?]|$))?",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.?!;\n]+|,\s+(?=(?:and|but|so|which|then|und|aber|et|mais|y|pero)\b)")
_ACTS = re.compile(
    r"\b(?:you|he|she|sie|er|vous|il|elle|usted|tu|du|ustedes)\s+(?:\w+ly\s+|also\s+|then\s+|just\s+|have\s+|had\s+)?"
    r"(?!are\b|were\b|was\b|is\b|don't\b|think|thinks|want|wants|know|knows|feel|feels|care|cares|could\b|would\b|"
    r"can\b|"
    r"may\b|might\b|must\b|should\b|seem|sind\b|ist\b|êtes\b|est\b|es\b)(\w{3,})",
    re.IGNORECASE,
)
_EFFECT = re.compile(
    r"\b(?:i|we|nobody|the (?:client|team|others)|my team|ich|wir|je|nous|on|yo|"
    r"nosotros)\b[^.?!]{0,30}\b(?:stopped|lost|"
    r"left|felt|had to|missed|could(?:n't| not)|did(?:n't| not)|do(?:n't| not)|was|were|stayed|worked|began|no longer|"
    r"have stopped|gave up|cancelled|spent|waited|redid|still|now|fehlt|musste\w*|habe|haben|ai|avons|perdu|tuve|"
    r"tuvimos|hemos)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:could|can|would|will|might) (?:you|we|i)\b|\bplease\b|\bi(?:'d| would) (?:like|ask|prefer|love)\b|"
    r"\bi (?:want|"
    r"ask|need|wish)\b|\bnext time\b|\bfrom now on\b|\blet (?:us|me)\b|\b(?:könnten|können|würden|kannst) (?:sie|"
    r"wir|du)"
    r"\b|\bbitte\b|\bich (?:möchte|bitte|wünsche)\b|\bpourriez|\bpouvez|\bpeux-tu\b|\bj'aimerais\b|\bs'il vous plaît\b|"
    r"\bpodría|\bpuede\b|\bpor favor\b|\bme gustaría\b",
    re.IGNORECASE,
)

_PATTERNS: dict[MarkKind, str] = {
    "absolute": (
        r"\b(?:not once|never(?: once| ever)?|always|constantly|every single (?:time|day|week|month|\w+)|every time|"
        r"each and every|all the time|without exception|24/7|nobody ever|no one ever|everyone|everybody|everything|"
        r"nothing ever|time and again|don't ever|invariably|perpetually|forever \w+ing|immer(?: wieder)?|nie(?:mals)?|"
        r"ständig|jedes (?:einzige )?mal|dauernd|niemand|toujours|jamais|sans cesse|à chaque fois|constamment|personne|"
        r"siempre|nunca|jamás|cada vez|constantemente|nadie)\b"
    ),
    "hedging": (
        r"\b(?:maybe (?:it's|it is|i'm|i am|just)|perhaps (?:it's|i'm|it is)|probably (?:nothing|just|not)|"
        r"it's (?:just|only|"
        r"probably|perhaps|maybe)|i (?:might|may|could|am probably|'m probably) be (?:wrong|exaggerating|imagining|"
        r"oversensitive|mistaken)|kind of|sort of|kinda|sorta|a (?:tiny|little) bit|not sure if|no big deal|never mind|"
        r"forget it|not important|i don't know|i guess|just a thought|vielleicht (?:bilde|irre|liegt|bin)|irgendwie|"
        r"eventuell|nur so ein|peut-être que (?:je|c'est)|un peu|c'est sans doute rien|tal vez|quizás|a lo mejor)\b"
        r"[^.?!,;]{0,60}"
    ),
    "subservience": (
        r"\b(?:i(?:'m| am) (?:only|just|merely|but|nobody)|who am i to|not my place|know my place|with all due respect|"
        r"sorry (?:for|to|if)|forgive me|pardon|i apologi[sz]e|if i may be so bold|"
        r"you (?:surely )?know (?:far )?better|"
        r"a (?:mere|simple|humble)|humbly|i wouldn't dare|i would not dare|don't be angry|ich bin (?:nur|bloß)|"
        r"entschuldig\w+|steht mir nicht zu|je ne suis qu|excusez|pardonnez|solo soy|perdone|disculpe|"
        r"quién soy yo)\b[^.?!;]{0,80}"
    ),
    "hearsay": (
        r"\b(?:(?:everyone|everybody|people|they|others|colleagues|the (?:others|team|staff|nurses|whole \w+)|"
        r"some(?:one)?|"
        r"somebody|half the \w+|a lot of (?:us|people)|many(?: of us)?|all of us)(?: \w+)? (?:says?|said|thinks?|"
        r"feels?|"
        r"agrees?|tells?|told|hates?|complains?|finds?|knows?)|i(?:'ve| have)? (?:heard|been told|keep hearing)|"
        r"i hear\b|"
        r"i'm hearing|word is|rumou?r|apparently|from what i hear|it's well known|man (?:sagt|erzählt|hört)|"
        r"alle (?:sagen|"
        r"finden|meinen|wissen)|jeder (?:sagt|weiß)|tout le monde (?:dit|pense|sait)|on (?:dit|m'a dit)|d'après les|il "
        r"paraît|todo el mundo|todos (?:dicen|piensan)|dicen que|me han dicho)\b[^.?!,;]{0,25}"
    ),
    "mind_reading": (
        r"\b(?:you|he|she|sie|er|vous|il|elle|usted)\s+(?:obviously |clearly |just |only |simply |really )*(?:(?:don't|"
        r"doesn't|do not|does not|didn't|never) (?:care|value|want|trust|respect|like|believe|even feel|think)|"
        r"thinks?\b|"
        r"wants? to|wanted to|hates?|enjoys?|love[sd]? (?:to|being|it)|feels?\b|fears?|is (?:jealous|afraid|threatened|"
        r"scared)|are (?:jealous|afraid|threatened|scared)|couldn't care|see me as|sees me as)[^.?!,;]{0,60}|"
        r"\b(?:on purpose|deliberately|er will nur|sie wollen nur|es ist (?:ihnen|ihm|ihr) egal|vous (?:ne )?voulez "
        r"(?:que|pas)|il s'en fiche|usted solo quiere|no le importa)[^.?!,;]{0,40}"
    ),
    "blame": (
        r"\b(?:you(?:'re| are| were)|he(?:'s| is| was)|she(?:'s| is| was)|sie sind|er ist|vous êtes|il est|usted es|es "
        r"un|eres) (?:such |being |so |just |simply |really |too |totally |completely |a |an |un |une |ein |eine )*"
        r"(?:arrogant|rude|lazy|selfish|incompetent|unfair|liar|bully|disrespectful|impossible|unprofessional|cold|"
        r"childish|joke|coward|tyrant|idiot|ignorant|disaster|dismissive|toxic|narcissis\w+|hypocrit\w+|snob|"
        r"cruel|mean|"
        r"unfit|useless|unerträglich|respektlos|überheblich|faul|égoïste|incapable|nul|lâche|maleducado|prepotente|"
        r"soberbio|egoísta)\b[^.?!,;]{0,30}|\b(?:your fault|his fault|her fault|ihre schuld|votre faute|culpa suya|"
        r"shame on you|you (?:ruined|failed|betrayed|sold us out|let us down|wasted)|you(?:'ll| will) regret|pure "
        r"incompetence)\b[^.?!,;]{0,30}"
    ),
}
_MARKS = {kind: re.compile(_PATTERNS[kind], re.IGNORECASE) for kind in MARKS}
PATTERNS = (*_MARKS.values(), _OCCASION, _ACTS, _EFFECT, _ASKS)
"""All of them, for the trained reader, which weighs them with what else it sees."""
_SURE: dict[MarkKind, re.Pattern[str]] = {
    "mind_reading": re.compile(
        r"\b(?:you|he|she)\s+(?:obviously |clearly |just |simply |really )*(?:don't|doesn't|do not|does not|"
        r"didn't|never|couldn't) (?:care|value|respect|trust|give a damn)\b[^.?!,;]*|\b(?:you|he|"
        r"she) (?:obviously|clearly) "
        r"(?:thinks?|wants?|wanted|feels?|believes?|hates?)\b[^.?!,;]*",
        re.IGNORECASE,
    ),
    "hearsay": re.compile(
        r"\b(?:everyone|everybody|people|they all|the whole \w+|all (?:of )?(?:the|my) \w+|half the \w+)"
        r"(?: \w+){0,3} (?:says?|thinks?|complains?|tells? me|told me|agrees?)\b(?: the same| that| so)?|"
        r"\bi(?:'ve| have) been told\b|"
        r"\bi(?:'ve| have) heard (?:that|from)\b|\bword is\b|\brumou?r has it\b",
        re.IGNORECASE,
    ),
}
_TURN = re.compile(r",?\s+(?:but|aber|mais|pero)\b", re.IGNORECASE)
_EDGES = " \t\n\r,;:–—-"


def read_by_rules(text: str) -> Reading:
    """Parts and habits by patterns."""
    plain = text.replace("’", "'")
    marks = {
        kind: tuple(_trim(plain, found.start(), _turn(found)) for found in _MARKS[kind].finditer(plain))
        for kind in MARKS
    }
    taken = [span for kind in ("blame", "mind_reading", "hearsay") for span in marks[kind]]
    elements: dict[ElementName, Span] = {}
    if occasion := _OCCASION.search(plain):
        elements["situation"] = _trim(plain, occasion.start(), occasion.end())
    for clause in cut_clauses(plain):
        name = _part(plain[clause.start : clause.end])
        if name and name not in elements and not any(_overlap(clause, span) > 0.5 for span in taken):
            start = clause.start
            occasion_there = elements.get("situation")
            if occasion_there and start <= occasion_there.start and occasion_there.end < clause.end:
                start = occasion_there.end
            elements[name] = _trim(plain, start, clause.end)
    return Reading({name: elements[name] for name in ELEMENTS if name in elements}, marks)


def add_sure_marks(text: str, reading: Reading) -> Reading:
    """The reading with the habits that a few patterns leave no doubt of, where the trained reader missed them."""
    plain = text.replace("’", "'")
    marks = dict(reading.marks)
    for kind, pattern in _SURE.items():
        sure = tuple(_trim(plain, found.start(), found.end()) for found in pattern.finditer(plain))
        marks[kind] = unite(marks[kind], sure)
    return reading._replace(marks=marks)


def unite(some: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """Those of both, of two that overlap only the first's."""
    new = [one for one in others if not any(one.start < other.end and other.start < one.end for other in some)]
    return tuple(sorted([*some, *new]))


def cut_clauses(text: str) -> Iterator[Span]:
    """Stretches between full stops, semicolons and the commas before a conjunction."""
    start = 0
    for mark in _CLAUSE_END.finditer(text):
        end = mark.end() if mark[0].startswith("?") else mark.start()
        if text[start:end].strip(_EDGES):
            yield _trim(text, start, end)
        start = mark.end()
    if text[start:].strip(_EDGES):
        yield _trim(text, start, len(text))


def _turn(found: re.Match[str]) -> int:
    """Where the text turns from the habit to its subject: “I am only a trainee, but”."""
    turn = _TURN.search(found[0])
    return found.start() + turn.start() if turn else found.end()


def _part(clause: str) -> ElementName | None:
    if _ASKS.search(clause):
        return "request"
    if _ACTS.search(clause):
        return "behaviour"
    return "impact" if _EFFECT.search(clause) else None


def _trim(text: str, start: int, end: int) -> Span:
    stretch = text[start:end]
    left = len(stretch) - len(stretch.lstrip(_EDGES))
    return Span(start + left, start + len(stretch.rstrip(_EDGES)))


def _overlap(one: Span, other: Span) -> float:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(0, shared) / max(1, one.end - one.start)
