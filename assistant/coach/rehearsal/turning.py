"""The mentor's words as the senior says them back: quoted in a few words, or with the persons turned round.

"You finished our sentences" becomes "I finished your sentences". Rules for English; where they are not sure, nothing is
turned, and the words are quoted as they stand. Pure.
"""

import re

LONGEST = 13
"""Words of a stretch that is said back."""
_QUOTED = 9
_TOKEN = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?|[^A-Za-z]+")
_BEFORE_OBJECT = frozenset(
    "to for with about from at of on by like behind against around near over upon without tell told ask asked see saw "
    "show showed give gave interrupt interrupted let help helped thank hear heard notice noticed want wanted watch "
    "watched make made call called stop stopped leave left send sent bring brought join joined follow between toward "
    "towards".split()
)
_VERBISH = re.compile(
    r"(?:\w+ed|were|are|was|had|have|did|do|don't|didn't|said|took|cut|put|left|kept|told|went|gave|sent|read|spoke|"
    r"began|can|could|would|will|might|should|never|always|just|then|also|only|may|must|weren't|aren't|haven't|won't|"
    r"\w+ly)$"
)
_PLAIN = {"my": "your", "mine": "yours", "our": "your", "ours": "yours", "me": "you", "us": "you", "myself": "yourself",
          "ourselves": "yourselves", "your": "my", "yours": "mine", "yourself": "myself"}  # fmt: skip
_JOINED = {"you're": "I am", "you've": "I have", "you'd": "I had", "you'll": "I will", "i'm": "you are",
           "i've": "you have", "i'd": "you would", "i'll": "you will", "we're": "you are", "we've": "you have",
           "we'd": "you would", "we'll": "you will"}  # fmt: skip
_AFTER_I = {"are": "am", "were": "was", "aren't": "am not", "weren't": "wasn't"}
_AFTER_YOU = {"am": "are", "was": "were", "wasn't": "weren't"}
_OURS = frozenset("we us our ours we're we've we'd we'll".split())
_SHARED = re.compile(r"our (?:\w+ ){0,2}(?:sessions?|talks?|hours?|meetings? together)\b", re.I)
"""What both of them have, and stays theirs when it is said back."""
_SMALL = frozenset(
    "the a an it this that he she they nobody everybody everyone people no two three four five some half most both "
    "several your my after since now in at on for because which then last".split()
)
"""First words that are written small inside a sentence."""
_LEAD = re.compile(
    r"^(?:and|but|so|then|because|well|now|also|that|after that|i (?:only |just |also )?"
    r"(?:saw|noticed|heard|think|felt|know|remember)(?: that)?)\s+",
    re.I,
)
_ASKED = re.compile(
    r"\b(?:could|would|can|will|might) (?:you|we) (?:please |perhaps |maybe |just |also |possibly |at least |try to |"
    r"be willing to )*(?!mind|it|like)(?P<ask>[^?.!]+)"
    r"|\b(?:i'd|i would) (?:like|love|prefer) you to (?P<wish>[^?.!]+)|\bplease,? (?P<plea>[^?.!]+)",
    re.I,
)


def turn(text: str, *, by_mentor: bool = True) -> str:
    """The stretch with the persons turned round, without a full stop; empty where that is not sure.

    `by_mentor`: whose words they are. The senior's "we" is everybody and stays; the mentor's is the mentor's side.
    """
    bare = main_clause(text.replace("’", "'").strip(" ,;:.!?-–—"))
    if not bare or len(bare.split()) > LONGEST or re.search(r"[\"“”(){}\[\]<>:;]", bare):
        return ""
    tokens = _TOKEN.findall(bare)
    words = [at for at, token in enumerate(tokens) if token[0].isalpha()]
    turned = list(tokens)
    for place, at in enumerate(words):
        low = tokens[at].lower()
        before = tokens[words[place - 1]].lower() if place else ""
        after = tokens[words[place + 1]].lower() if place + 1 < len(words) else ""
        if low == "you":
            turned[at] = _you(before, after)
        elif (not by_mentor and low in _OURS) or (low == "our" and _SHARED.match("".join(tokens[at:]))):
            continue
        elif low in ("i", "we"):
            turned[at] = "you"
        elif low in _JOINED:
            turned[at] = _JOINED[low]
        elif low in _PLAIN:
            turned[at] = _PLAIN[low]
        elif before == "you" and low in _AFTER_I and turned[words[place - 1]] == "I":
            turned[at] = _AFTER_I[low]
        elif before == "i" and low in _AFTER_YOU:
            turned[at] = _AFTER_YOU[low]
    found = "".join(turned)
    if words and tokens[words[0]].lower() in _SMALL:
        found = found[:1].lower() + found[1:]
    return "" if not re.search(r"\b(?:I|you|my|your|me)\b", found) else found


_WHEN = re.compile(
    r"(?:and |but |so |then )*(?:when|while|after|before|as|in|at|on|during)\b[^,]*,\s*(?P<main>.+)$", re.I
)
_WHERE = re.compile(r"(?:and |but |so |then )*(?:in|at|on|during)\b.{3,60}?\s(?P<main>you\b.+)$", re.I)


def main_clause(text: str) -> str:
    """The clause that says what happened, without the words that lead to it."""
    when = _WHEN.match(text) or _WHERE.match(text)
    return _LEAD.sub("", when["main"] if when else text)


def _you(before: str, after: str) -> str:
    if before in _BEFORE_OBJECT and not _VERBISH.match(after):
        return "me"
    return "me" if not after else "I"


_LATER = re.compile(
    r",? (?:the )?next time\b| from now on\b| in future\b|,? and then .*$|, (?:so|because) .*$|,? instead$", re.I
)


def turn_request(text: str) -> str:
    """What is asked for, turned round, to stand after "you want me to": empty where that is not sure."""
    found = _ASKED.search(text.replace("’", "'"))
    if not found or " we " in found[0].lower()[:12]:
        return ""
    asked = _LATER.sub("", next(filter(None, found.groups()), "")).strip(" ,")
    return turn(asked) or (asked.strip(" ,") if len(asked.split()) <= LONGEST and _is_plain(asked) else "")


def _is_plain(text: str) -> bool:
    return not re.search(r"\b(?:you|your|i|my|me|we|our|us)\b|[\"“”(){}\[\]<>:;]", text, re.I)


def quote(text: str) -> str:
    """A few of the words, verbatim, in quotation marks; empty where there are none."""
    bare = re.sub(r"[\"“”<>{}\[\]]", "", text).strip(" ,;:.!?-–—")
    bare = re.sub(r"^(?:and|but|so|then|well|okay|ok)[, ]+", "", bare, flags=re.I)
    few = bare.split()
    if not few:
        return ""
    if len(few) <= _QUOTED:
        return f"“{bare}”"
    tail = re.split(r"[,;:]\s+|\s(?:and|but|because|so|which|when|while)\s", bare)
    short = [piece.strip() for piece in tail if 3 <= len(piece.split()) <= _QUOTED]
    best = next((piece for piece in short if re.search(r"\byou", piece, re.I)), short[0] if short else "")
    return f"“{best}”" if best else ""


_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_HELD = r"(?:meeting|review|session|call|demo|round|briefing|visit|presentation|town hall|ward round)"
_MOMENT = re.compile(
    rf"\b(?:(?:the |our |this |that )?{_DAY}(?:'s)?(?: (?:morning|afternoon|evening|night))?"
    r"(?: (?!you\b|i\b|we\b|and\b|when\b|that\b|about\b)[\w-]+){0,2}? "
    rf"(?:{_HELD}|board|planning|update)(?: (?:meeting|session|call|review))?\b"
    rf"|(?:last |this |yesterday's |the |our )(?:[\w-]+ ){{0,2}}?{_HELD}\b"
    rf"|(?:last|this) (?:week|month|{_DAY})|yesterday|this morning|{_DAY})\b",
    re.I,
)


def moment(text: str) -> str:
    """The moment that a line names, in a few words ("Thursday's planning meeting"); empty where there is none."""
    found = _MOMENT.search(text.replace("’", "'"))
    if not found:
        return ""
    said = found[0]
    if re.match(r"our\b", said, re.I):
        said = "our" + said[3:]
    return re.sub(r"^(?:The|Our|This|That|Last|Yesterday)\b", lambda one: one[0].lower(), said)
