"""`python -m evals.fit_safety [PART …]`: fits the model that reads disclosures, and its cut-offs.

The parts are encoder, words and decision; without names all are fitted, in this order. The encoder takes a quarter of
an hour on a free processor core, the others a minute. The files go to `assistant/coach/disclosure_model/`; afterwards
run `eyelevel models` and the suites `disclosures` and `abstention`. Fitted on `FILES`, less their development turns;
cut-offs are chosen on these. Test data are never read.

Questions that the guide's articles list, questions of the development halves, notes, goals and wishes are harmless and
belong to the fit: they are what people come for, and there are thousands more of them than of disclosures. Roundabout
ones ("He takes our calls from the car") have the shape of a disclosure that is only implied.
"""

import argparse
import hashlib
import math
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from assistant.coach.disclosure import KINDS, MODEL, WORDS, Decisions, DisclosureReader, Measured, cut_windows
from assistant.coach.safety import Found, Ruled, apply_rules, decide, find_by_rules
from assistant.guide.passage import Document
from assistant.models.disclosure_encoder import (
    ADAPTER,
    HEAD,
    UNTOUCHED,
    build_head,
    ensure_disclosure_encoder,
    first_of,
)
from assistant.models.e5 import LAYERS, Vocabulary, build_network, fetch, tidy, unpack, write_vocabulary
from assistant.settings import load_settings
from evals.corpus import load_notes
from evals.data import Disclosure, load_questions, load_rows, load_unanswerable, read_raw
from evals.fit_notes import fit_linear
from ingest.load import find_sources, load_documents

DEPTH = LAYERS - UNTOUCHED
"""Upper layers that are adapted; the states below them are computed once."""
RANK, SCALE, DROPOUT, HEAD_DROPOUT = 16, 32, 0.05, 0.1
LEARNING_RATE, WARM_UP, WEIGHT_DECAY, SMOOTHING = 1e-3, 0.1, 0.01, 0.05
BATCH, POOL, SEED = 24, 20, 0
EPOCHS, STOPPED = 4, 3
"""The learning rate falls over the first number; the fit ends after the second, for in a trial on half of the turns the
last epoch changed nothing on development turns (area under the curve 0.924 and 0.927)."""
FILES = ("disclosures_train.jsonl", "disclosures_more.jsonl", "disclosures_wide.jsonl", "disclosures_oblique.jsonl")
"""Turns by one writer, by another, by four more whose kinds and languages were dealt out to them, and by one about
danger that is only hinted at and everyday matters told in a roundabout way."""
QUESTIONS, WINDOWS = 3500, 1200
"""Questions of the guide and windows of notes that are added as harmless."""
EVERYDAY = (
    "jobs/feedback_train.jsonl",
    "jobs/feedback_more.jsonl",
    "jobs/routing_train.jsonl",
    "themes_train.jsonl",
    "everyday.jsonl",
)
"""What people write in the other jobs, complaints about a senior above all, short notes, goals and wishes: harmless
where no rule says otherwise."""
WORDS_STRENGTH, STRENGTH = 10.0, 1.0
"""Inverse penalties of the regression on words, and of the four weights that join encoder, words and rules."""
ABOUT_HARM = {"when-it-is-not-a-coaching-matter", "honest-limits-of-confidentiality"}
"""Articles whose own questions report harm."""
HELD = 15
"""Of a hundred turns, those that are kept for development."""
ALARMS = 0.17
"""Share of harmless development turns for which coaching may pause; they were written to be mistaken, and everyday
texts are stopped far more rarely (`fit_decision` says how many)."""
DANGER_ALARMS = 0.05
"""Of these, the share that danger alone may pause: nothing else is as bad to miss."""
OFFERED = 0.20
"""Share of harmless development turns above which contacts may stand."""


Floats = NDArray[np.float64]


class Turns(NamedTuple):
    """Texts with the column of what they disclose: 0 for nothing, then the kinds."""

    texts: list[str]
    labels: NDArray[np.int64]


def is_held(row: Disclosure) -> bool:
    """Whether a turn is for development: of `disclosures_more.jsonl` by its id, of the other files by its words."""
    return row.id.startswith("v") if row.id[0] in "mv" else _is_kept(row.text)


def load_turns() -> tuple[list[Disclosure], list[Disclosure]]:
    """Turns to fit on, and development turns."""
    rows = [row for file in FILES for row in load_rows(file, Disclosure)]
    return [row for row in rows if not is_held(row)], [row for row in rows if is_held(row)]


def label(rows: Sequence[Disclosure]) -> NDArray[np.int64]:
    """(n,) columns."""
    return np.array([0 if row.kind is None else 1 + KINDS.index(row.kind) for row in rows])


def load_everyday() -> tuple[list[str], list[str]]:
    """Harmless texts to fit on, and development texts: of the other jobs, questions and windows of notes by lot."""
    draw = random.Random(SEED)
    read = (document for file in find_sources([load_settings().knowledge]) for document in load_documents(file))
    questions = [
        question
        for document in read
        if isinstance(document, Document) and Path(document.source).stem not in ABOUT_HARM
        for question in document.questions
    ]
    texts = draw.sample(questions, QUESTIONS)
    texts += draw.sample([window for note in load_notes("train") for window in cut_windows(note.text)], WINDOWS)
    texts += [str(row["text"]) for name in EVERYDAY for row in read_raw(name)]
    texts += [row.question for row in load_questions("dev") if not ABOUT_HARM & set(row.relevant)]
    texts += [row.question for row in load_unanswerable("dev")]
    texts = [text for text in texts if find_by_rules(text) is None]
    return [text for text in texts if not _is_kept(text)], [text for text in texts if _is_kept(text)]


def _is_kept(text: str) -> bool:
    """Whether a text of the kind is kept for development, by its words."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 100 < HELD


class Upper:
    """The adapted upper layers with their head, over states of the layers below that are computed once."""

    def __init__(self) -> None:
        import torch
        from peft import LoraConfig, get_peft_model

        torch.manual_seed(SEED)
        weights = unpack(fetch(load_settings().model_dir))
        with tempfile.TemporaryDirectory() as folder:
            write_vocabulary(weights, Path(folder) / "words")
            self._vocabulary = Vocabulary(Path(folder) / "words")
        config = LoraConfig(
            r=RANK,
            lora_alpha=SCALE,
            lora_dropout=DROPOUT,
            target_modules=["query", "key", "value", "dense"],
            layers_to_transform=list(range(LAYERS - DEPTH, LAYERS)),
            layers_pattern="layer",
        )
        self.net: Any = get_peft_model(build_network(weights), config)
        self.head: Any = build_head(1 + len(KINDS), HEAD_DROPOUT)
        self._bert: Any = self.net.base_model.model

    def lower(self, texts: Sequence[str]) -> list[NDArray[np.float16]]:
        """For each text the (tokens, 384) states below the adapted layers."""
        import torch

        found = []
        with torch.no_grad():
            for text in tqdm(texts, desc="reading"):
                states = self._bert.embeddings(torch.tensor([self._vocabulary.tokens(text)]))
                for layer in self._bert.encoder.layer[: LAYERS - DEPTH]:
                    states = first_of(layer(states))
                found.append(states[0].half().numpy())
        return found

    def scores(self, states: Sequence[NDArray[np.float16]]) -> Any:
        """(n, 6) scores as a tensor."""
        import torch

        longest = max(map(len, states))
        upper = torch.zeros(len(states), longest, states[0].shape[1])
        mask = torch.zeros(len(states), longest)
        for row, state in enumerate(states):
            upper[row, : len(state)] = torch.from_numpy(state.astype(np.float32))
            mask[row, : len(state)] = 1
        hidden = (1 - mask[:, None, None, :]) * -1e4
        for layer in self._bert.encoder.layer[LAYERS - DEPTH :]:
            upper = first_of(layer(upper, attention_mask=hidden))
        return self.head(upper, mask)

    def save(self, folder: Path) -> None:
        """Adapter in peft's own files, without the path of the weights that it was fitted on, and the head."""
        self.net.peft_config["default"].base_model_name_or_path = "intfloat/multilingual-e5-small"
        self.net.save_pretrained(str(folder / ADAPTER))
        (folder / ADAPTER / "README.md").unlink(missing_ok=True)
        np.savez(folder / HEAD, **{name: value.numpy() for name, value in self.head.state_dict().items()})


def batches(sizes: Sequence[int], shuffle: random.Random) -> Iterator[list[int]]:
    """Every text once, in batches of like length and random order."""
    order = list(range(len(sizes)))
    shuffle.shuffle(order)
    pools = [order[start : start + BATCH * POOL] for start in range(0, len(order), BATCH * POOL)]
    found = []
    for pool in pools:
        pool.sort(key=lambda row: sizes[row])
        found += [pool[start : start + BATCH] for start in range(0, len(pool), BATCH)]
    shuffle.shuffle(found)
    yield from found


def fit_encoder() -> None:
    """Adapter and head, on turns and what is harmless; the same seed gives the same ones up to rounding."""
    import torch

    torch.set_num_threads(1)  # steps this small lose more by waiting for a second thread than they gain
    rows, held = load_turns()
    harmless, _ = load_everyday()
    labels = np.concatenate([label(rows), np.zeros(len(harmless), dtype=np.int64)])
    model = Upper()
    states = model.lower([row.text for row in rows] + harmless)
    judged = model.lower([row.text for row in held])
    parameters = [part for part in (*model.net.parameters(), *model.head.parameters()) if part.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    shuffle, sizes = random.Random(SEED), [len(state) for state in states]
    plan = [list(batches(sizes, shuffle)) for _ in range(EPOCHS)]
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=sum(map(len, plan)), pct_start=WARM_UP
    )
    for epoch in plan[:STOPPED]:
        model.net.train()
        model.head.train()
        for batch in tqdm(epoch, desc="fitting"):
            scores = model.scores([states[row] for row in batch])
            wanted = torch.tensor(labels[batch])
            loss = torch.nn.functional.cross_entropy(scores, wanted, label_smoothing=SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            rate.step()
        model.net.eval()
        model.head.eval()
        with torch.no_grad():
            found = np.stack([model.scores([state]).numpy()[0] for state in judged])
        shares = np.exp(found) / np.exp(found).sum(1, keepdims=True)
        _report(np.log(1 - shares[:, 0] + 1e-9) - np.log(shares[:, 0] + 1e-9), held)
        model.save(MODEL)


def _report(harm: Floats, rows: Sequence[Disclosure]) -> None:
    """One line: how many harmful turns stand above the cut-off that alarms for `ALARMS` of the harmless ones."""
    limit = np.quantile(harm[[row.kind is None for row in rows]], 1 - ALARMS)
    parts = []
    for name in groups(rows):
        chosen = harm[[name in _groups_of(row) for row in rows]]
        parts.append(f"{name} {(chosen > limit).mean():.2f} of {len(chosen)}")
    sys.stdout.write(f"at {ALARMS:.0%} false alarms: {'; '.join(parts)}\n")
    sys.stdout.flush()


def groups(rows: Sequence[Disclosure]) -> list[str]:
    """Names of the groups of harmful turns that occur."""
    return sorted({name for row in rows for name in _groups_of(row)})


def _groups_of(row: Disclosure) -> set[str]:
    if row.kind is None:
        return set()
    group = f"{'explicit' if row.explicit else 'implied'} {'English' if row.lang == 'en' else 'other'}"
    return {group, "danger"} if row.kind == "danger" else {group}


def fit_words() -> None:
    """A regression on words and pairs of words, of the same turns as the encoder."""
    rows, held = load_turns()
    harmless, _ = load_everyday()
    texts = [tidy(text) for text in [row.text for row in rows] + harmless]
    labels = np.concatenate([label(rows) > 0, np.zeros(len(harmless), dtype=bool)])
    model = fit_linear(texts, labels[:, None], WORDS_STRENGTH)
    model.save(MODEL / WORDS)
    _report(model.all_logits([tidy(row.text) for row in held])[:, 0].astype(np.float64), held)


def fit_decision() -> None:
    """What words and rules add to the encoder's score, and the cut-offs, on development turns and everyday texts."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    settings = load_settings()
    ensure_disclosure_encoder(settings.model_dir, MODEL)
    reader = DisclosureReader(settings.model_dir, settings.threads)
    _, rows = load_turns()
    _, everyday = load_everyday()
    texts = [row.text for row in rows] + everyday
    cases = [(apply_rules(text), reader.measure(text) or ()) for text in tqdm(texts, desc="reading")]
    harmless = np.array([row.kind is None for row in rows] + [True] * len(everyday))
    seen = np.array([_columns(ruled, windows) for ruled, windows in cases], dtype=np.float64)
    weights = LogisticRegression(C=STRENGTH).fit(seen, ~harmless).coef_[0]
    words, named = (max(0.0, round(float(weight / weights[0]), 2)) for weight in weights[1:])
    harm = seen @ np.array([1.0, words, named])
    danger = np.array([max(window.danger for window in windows) for _, windows in cases])
    done = np.array([ruled is not None and ruled.done for ruled, _ in cases])
    look_alikes = harmless[: len(rows)]
    own = slice(0, len(rows))
    urgent = _cut(danger[own][look_alikes & ~done[own]], DANGER_ALARMS)
    rest = np.where((danger[own] >= urgent) | done[own], np.inf, harm[own])[look_alikes]
    decisions = Decisions(
        words=words,
        named=named,
        pause=_cut(rest, ALARMS),
        danger=urgent,
        offer=_cut(rest, OFFERED),
        fitted_on=f"{len(rows)} development turns, {int(look_alikes.sum())} of them harmless, "
        f"and {len(everyday)} everyday texts",
    )
    (MODEL / "decision.json").write_text(decisions.model_dump_json(indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(decisions.model_dump_json() + "\n")
    found = [decide(ruled, windows, decisions) for ruled, windows in cases]
    for group in ["harmless", *groups(rows)]:
        chosen = [one for one, row in zip(found[own], rows, strict=True) if group in (_groups_of(row) or {"harmless"})]
        _say(group, chosen)
    _say("everyday", found[len(rows) :])


def _say(group: str, found: Sequence[Found | None]) -> None:
    paused, shown = (np.mean([bool(one and (one.sure or any_)) for one in found]) for any_ in (False, True))
    sys.stdout.write(f"{group} ({len(found)}): paused {paused:.3f}, paused or offered {shown:.3f}\n")


def _columns(ruled: Ruled | None, windows: Sequence[Measured]) -> list[float]:
    worst = max(windows, key=lambda window: window.harm)
    return [worst.harm, worst.words, ruled is not None and not ruled.done]


def _cut(harmless: Floats, share: float) -> float:
    """The least cut-off, to two places, that at most this share of harmless turns reaches."""
    kept = np.sort(harmless)[::-1]
    return float(math.ceil(100 * kept[int(share * len(kept))] + 1e-9) / 100) + 0.01


def main() -> None:
    """Fit what is named, or everything."""
    parts = {"encoder": fit_encoder, "words": fit_words, "decision": fit_decision}
    parser = argparse.ArgumentParser(description="Fits the model that reads disclosures.")
    parser.add_argument("parts", nargs="*", choices=[*parts, []], help="default: all")
    for name in parser.parse_args().parts or parts:
        sys.stdout.write(f"{name}\n")
        parts[name]()


if __name__ == "__main__":
    main()
