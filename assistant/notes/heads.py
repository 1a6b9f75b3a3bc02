"""Words that stand before a colon in minutes and notes, and so are no speakers.

A list, because nothing in `Topics: AI` and `Lina: AI` tells them apart but the word. Used by `chat` and `subtitles`.
"""

_ANYWHERE = frozenset(
    """
    achieved action actionpoint actionpoints actions activity actor advice agenda agreed agreement aim aims answer
    ask assignment attendance attendees aufgaben background bad benefit bonus book btw call cancelled case cc
    challenge challenges change changes channel channels check checklist clear client closing comment comments
    commitment commitments con conclusion conclusions confidential cons content context continue date dates datum
    day deadline december decided decision decisions definition dial discussed discussion do done dos downside draft
    due duration e.g ebd edit email energy etc event evidence example examples excerpt exercise expectations
    experiment extract eyes fact facts fazit february feedback feeling feelings file final first focus follow
    followup form format found friday fun fyi general give goal goals good group held helped highlight highlights
    homework hours how i.e ict idea ideas impression improve info input insight insights intro introduction issue
    issues item items january july keep key kind later lead learned learning learnings learnt length less lesson
    lessons likes line link links list location log lunch main meeting mins minutes mode monday mood more morning my
    name names nb negative negatives new next no note notes notiz november now nächste nächster objective objectives
    observation observations obstacle october offer ok okay once open or ort other our outcome outcomes outlook
    output overall own participants pending place plan plans plus point points positive positives present priority
    pro problem problems programme progress promise pros ps purpose q1 q2 q3 q4 question questions quick quote
    rating re reading reason reasons recap record recording reflection reflections remark reminder reply request
    resolved result results risk risks room rule rules saturday scale second september session sessions setting side
    signed site situation skills so source start started status step steps still stop story strength strengths
    subject success suggestion sum summary sunday support surprise task tasks tbc tbd teilnehmer tension text thema
    theme themen themes then thing things third thought thoughts thursday time tip tips title to today todo todos
    together tomorrow tone took tool tools topic topics training transcript try tuesday type update upside url usual
    venue verdict via warning weakness wednesday week went what when where which why wins word words work yes
    yesterday zeit ziel ziele
    """.split()
)  # fmt: skip
_INNER = frozenset(
    """
    a about after agreed all also an and are as asked at because before but by did do does done for from go going got
    had has have he his how i'd if in into is it it's its just last like made me my next no not of on one only or our
    out said she so some than that that's the their them then there they this to two up us was we went were what when
    where which who why will with you your
    """.split()
)  # fmt: skip

_HONORIFICS = frozenset("mr mrs ms miss mx dr prof professor sir dame lord lady madam herr frau hr mme".split())


def heads_minutes(key: str) -> bool:
    """Whether a label, as `speaker_key` gives it, heads a part of a note rather than what somebody says."""
    words = key.split()
    if words and words[0] in _HONORIFICS:
        return False
    if not words or words[0] in _ANYWHERE or words[-1] in _ANYWHERE:
        return True
    return len(words) > 1 and any(word in _INNER for word in words[1:])
