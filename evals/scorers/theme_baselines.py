"""What the coding of themes is compared with: telling words, written down before any figure was seen."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from assistant.programme.theme_reader import CODES

KEYWORDS = {
    "need_time": r"more time|longer|hour|cut short|minutes|calendar|slot",
    "need_topics": r"topics?|run out|something else|ideas|agenda",
    "need_guidance": r"guid\w+|training|briefing|example|how to|don't know how",
    "need_backing": r"my boss|sponsor|support|board|manager",
    "need_exchange": r"other (?:pairs|mentors|mentees|seniors)|exchange|meet others|compare notes",
    "need_safety": r"confiden\w+|who reads|anonym\w+|careful|trouble|consequences",
    "need_match": r"match|chemistry|nothing in common|different (?:partner|mentor|mentee)|don't fit",
    "need_practicalities": r"room|zoom|teams|time zone|connection|video|calendar",
    "sign_dialogue": r"we (?:both|discussed|argued|talked)|conversation|dialogue|back and forth",
    "sign_curiosity": r"asked|curious|wanted to know|questions?",
    "sign_candour": r"honest\w*|told (?:him|her)|blunt|said openly|frank\w*",
    "sign_commitment_kept": r"as (?:agreed|promised)|kept|done|did (?:it|what)",
    "sign_behaviour_change": r"since|now|no longer|stopped|started|changed",
    "sign_ripple": r"other teams?|copied|rolled out|whole (?:team|department)|process",
    "sign_growth": r"confiden\w+|learned|proud|presented|dare[ds]?",
    "sign_trust": r"trust\w*|open(?:ed)? up|between us|personal",
    "area_tools": r"AI|app|tools?|software|data|excel|chatbot|prompt\w*",
    "area_ways": r"meetings?|hybrid|agile|home office|decisions?|planning",
    "area_culture": r"culture|inclusion|generation\w*|language|women|accent",
    "area_customers": r"customers?|clients?|brand|market\w*|reviews?|social media",
    "area_careers": r"career\w*|promotion|leave|stay|learning|trainees?|salary|pay",
    "area_leadership": r"lead\w*|feedback|speech|mails?|town hall|boss",
    "area_purpose": r"workload|health|burn\w*|sustainab\w*|climate|meaning|sleep|stress",
}


def by_keywords(texts: Sequence[str]) -> Any:
    """(n, codes) whether a telling word occurs."""
    rules = [re.compile(rf"\b(?:{KEYWORDS[code]})\b", re.IGNORECASE) for code in CODES]
    return np.array([[bool(rule.search(text)) for rule in rules] for text in texts])
