"""`python -m evals.fit_feedback`: fits the tagger of upward feedback and chooses its cut-offs.

Two sets of texts by different writers go in (`feedback_train.jsonl`, `feedback_more.jsonl`); the cut-offs are chosen on
the first set, each text judged by a network that has not seen it. Takes about ten minutes on two processor cores; the
encoder's states of the texts are kept in memory. The held-out texts are never read.
"""

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.coach.feedback.features import BUCKETS, FLAGS, Floats, Measured, measure, pool_pieces
from assistant.coach.feedback.record import ELEMENTS, MARKS
from assistant.coach.feedback.rules import Reading
from assistant.coach.feedback.tagger import PARTS, WEIGHTS, Tagger
from assistant.models.note_encoder import NoteEncoder, ensure_note_encoder
from assistant.notes.reader import ADAPTER
from assistant.settings import load_settings
from evals.data import load_rows
from evals.feedback_rows import FeedbackText

FIRST, MORE = "jobs/feedback_train.jsonl", "jobs/feedback_more.jsonl"
STATES, INNER, LEXICAL, RECURRENT = 768, 64, 24, 48
"""Sizes: of the encoder's states, of what is made of them, of the hashed words, of the recurrent layer a direction."""
DROP, DROP_IN = 0.4, 0.2
EPOCHS, BATCH, RATE, DECAY = 16, 32, 5e-3, 0.02
ROUGH = 25.0
"""Words by which texts of one batch may differ in length, about."""
MARK_WEIGHT, SHOWN_WEIGHT, WHOLE_WEIGHT = 5.0, 4.0, 0.3
"""Of the habits against the parts; of marked words against unmarked ones; of what the whole text shows."""
NETWORKS, FOLDS = 3, 3
CUTS = tuple(round(-2 + 0.25 * step, 2) for step in range(13))
BONUSES = (0.0, 0.3, 0.6, 1.0)

Example = tuple[FeedbackText, Measured, Floats, NDArray[np.int64], Floats]
"""The text, what is measured of it, the states of its words, the part of each word, its habits."""


def prepare(rows: Sequence[FeedbackText], encoder: NoteEncoder) -> list[Example]:
    """Everything that a network sees of each text, and what it is to find."""
    examples = []
    for row in rows:
        measured, read = measure(row.text), encoder.read(row.text)
        states = pool_pieces(measured.words, read.offsets, read.states)
        examples.append((row, measured, states, *_label(row, measured)))
    return examples


def _label(row: FeedbackText, measured: Measured) -> tuple[NDArray[np.int64], Floats]:
    parts = np.zeros(len(measured.words), dtype=np.int64)
    marks = np.zeros((len(measured.words), len(MARKS)), dtype=np.float32)
    spans = row.spans
    for at, word in enumerate(measured.words):
        middle = (word.start + word.end) / 2
        for name, span in spans.items():
            if span.start <= middle < span.end and (not parts[at] or name == "situation"):
                parts[at] = 1 + ELEMENTS.index(name)
        for kind, found in row.mark_spans.items():
            if any(span.start <= middle < span.end for span in found):
                marks[at, MARKS.index(kind)] = 1
    return parts, marks


def fit_network(examples: Sequence[Example], seed: int) -> dict[str, Floats]:
    """One network's arrays, by the names that the tagger knows."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    shuffle = np.random.RandomState(seed)
    everything = np.concatenate([states for _, _, states, _, _ in examples])
    mean, scale = everything.mean(axis=0), np.full(STATES, everything.std(), dtype=np.float32)
    seen = INNER + FLAGS + LEXICAL
    layers = nn.ModuleDict(
        {
            "proj": nn.Linear(STATES, INNER),
            "emb": nn.EmbeddingBag(BUCKETS, LEXICAL, mode="sum"),
            "gru": nn.GRU(seen, RECURRENT, bidirectional=True, batch_first=True),
            "out": nn.Linear(2 * RECURRENT + seen, PARTS + len(MARKS)),
            "whole": nn.Linear(2 * RECURRENT, len(ELEMENTS) + len(MARKS)),
        }
    )
    nn.init.normal_(layers["emb"].weight, std=0.05)
    optimiser = torch.optim.AdamW(layers.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(examples) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for _ in range(EPOCHS):
        for chosen in _batches([len(measured.words) for _, measured, *_ in examples], shuffle):
            loss = _loss(layers, [examples[at] for at in chosen], mean, scale)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(layers.parameters(), 2.0)
            optimiser.step()
            schedule.step()
    arrays = {name: value.detach().numpy() for name, value in layers.state_dict().items() if "whole" not in name}
    return {**arrays, "mean": mean, "scale": scale}


def _batches(lengths: Sequence[int], shuffle: np.random.RandomState) -> list[list[int]]:
    """Rows by chance, those of like length together: a batch takes as long as its longest text."""
    rough = np.asarray(lengths) + shuffle.uniform(0, ROUGH, len(lengths))
    order = np.argsort(rough).tolist()
    batches = [order[first : first + BATCH] for first in range(0, len(order), BATCH)]
    shuffle.shuffle(batches)
    return batches


def _loss(layers: Any, batch: Sequence[Example], mean: Floats, scale: Floats) -> Any:
    import torch
    from torch.nn import functional
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

    def padded(arrays: Sequence[Any], filler: float = 0) -> Any:
        return pad_sequence([torch.as_tensor(one) for one in arrays], batch_first=True, padding_value=filler)

    states = padded([(one[2] - mean) / scale for one in batch])
    flags, buckets = padded([one[1].flags for one in batch]), padded([one[1].buckets for one in batch])
    parts, marks = padded([one[3] for one in batch], -100), padded([one[4] for one in batch])
    there = parts != -100
    count, length = parts.shape
    lexical = layers["emb"](buckets.reshape(count * length, -1)).reshape(count, length, -1)
    first = torch.relu(layers["proj"](functional.dropout(states, DROP_IN)))
    seen = functional.dropout(torch.cat([first, flags, lexical], 2), DROP)
    packed = pack_padded_sequence(seen, there.sum(1), batch_first=True, enforce_sorted=False)
    recurrent = pad_packed_sequence(layers["gru"](packed)[0], batch_first=True, total_length=length)[0]
    recurrent = functional.dropout(recurrent, DROP)
    scores = layers["out"](torch.cat([recurrent, seen], 2))
    whole = layers["whole"](recurrent.masked_fill(~there[:, :, None], -1e4).max(1).values)
    shown = torch.cat(
        [torch.stack([(parts == part).any(1) for part in range(1, PARTS)], 1), marks.amax(1) > 0], 1
    ).float()
    bce = functional.binary_cross_entropy_with_logits
    of_marks = bce(scores[:, :, PARTS:], marks, weight=1 + (SHOWN_WEIGHT - 1) * marks, reduction="none").mean(2)
    return (
        functional.cross_entropy(
            scores[:, :, :PARTS].reshape(-1, PARTS), parts.reshape(-1), ignore_index=-100, label_smoothing=0.02
        )
        + MARK_WEIGHT * (of_marks * there).sum() / there.sum()
        + WHOLE_WEIGHT * bce(whole, shown)
    )


def choose_cuts(first: Sequence[Example], more: Sequence[Example]) -> tuple[Floats, Floats, str]:
    """Cut-offs of the habits, bonuses of the parts, and the figures that they reach, on networks' unseen texts."""
    fold = np.random.RandomState(0).permutation(len(first)) % FOLDS
    no_cuts, no_bonus = np.zeros(len(MARKS), dtype=np.float32), np.zeros(len(ELEMENTS), dtype=np.float32)
    scores: dict[str, Floats] = {}
    for number in range(FOLDS):
        inside = [one for one, place in zip(first, fold, strict=True) if place != number] + list(more)
        tagger = Tagger([fit_network(inside, 0)], no_cuts, no_bonus)
        sys.stdout.write(f"fold {number + 1} of {FOLDS}\n")
        sys.stdout.flush()
        for one, place in zip(first, fold, strict=True):
            if place == number:
                scores[one[0].id] = tagger.scores(one[2], one[1])
    english = [one for one in first if one[0].lang == "en"]

    def read(cut: float, bonus: float) -> list[Reading]:
        tagger = Tagger(
            [],
            np.full(len(MARKS), cut, dtype=np.float32),
            np.full(len(ELEMENTS), bonus, dtype=np.float32),
        )
        return [tagger.decide(scores[row.id], measured)[1] for row, measured, *_ in english]

    by_bonus = {bonus: read(0.0, bonus) for bonus in BONUSES}
    by_cut = {cut: read(cut, 0.0) for cut in CUTS}
    rows = [one[0] for one in english]
    bonus_f1 = {
        name: {
            bonus: f1([(name in row.spans, name in found.elements) for row, found in zip(rows, read_, strict=True)])
            for bonus, read_ in by_bonus.items()
        }
        for name in ELEMENTS
    }
    cut_f1 = {
        kind: {
            cut: f1(
                [
                    (bool(row.mark_spans.get(kind)), bool(found.marks[kind]))
                    for row, found in zip(rows, read_, strict=True)
                ]
            )
            for cut, read_ in by_cut.items()
        }
        for kind in MARKS
    }
    bonuses = [max(bonus_f1[name], key=lambda bonus: bonus_f1[name][bonus]) for name in ELEMENTS]
    cuts = [max(cut_f1[kind], key=lambda cut: _smooth(cut_f1[kind], cut)) for kind in MARKS]
    figures = "  ".join(
        [
            *(f"{name} {bonus_f1[name][bonus]:.3f}" for name, bonus in zip(ELEMENTS, bonuses, strict=True)),
            *(f"{kind} {cut_f1[kind][cut]:.3f} at {cut}" for kind, cut in zip(MARKS, cuts, strict=True)),
        ]
    )
    return np.array(cuts, dtype=np.float32), np.array(bonuses, dtype=np.float32), figures


def f1(verdicts: Sequence[tuple[bool, bool]]) -> float:
    """Of (true, found) pairs; 0 where nothing is true or found."""
    hits = sum(true and found for true, found in verdicts)
    return 2 * hits / max(1, sum(true for true, _ in verdicts) + sum(found for _, found in verdicts))


def _smooth(figures: dict[float, float], cut: float) -> float:
    """Mean with the neighbours, so that no lucky cut-off is chosen."""
    near = [value for other, value in figures.items() if abs(other - cut) <= 0.26]
    return sum(near) / len(near)


def main() -> None:
    """Fit and write."""
    import torch

    settings = load_settings()
    torch.set_num_threads(settings.threads)
    encoder = NoteEncoder(ensure_note_encoder(settings.model_dir, ADAPTER), settings.threads)
    first, more = (prepare(load_rows(name, FeedbackText), encoder) for name in (FIRST, MORE))
    cuts, bonuses, figures = choose_cuts(first, more)
    sys.stdout.write(f"F1 of unseen texts, a text at a time: {figures}\n")
    sys.stdout.flush()
    networks = [fit_network([*first, *more], seed) for seed in range(NETWORKS)]
    Tagger(networks, cuts, bonuses).save(WEIGHTS)


if __name__ == "__main__":
    main()
