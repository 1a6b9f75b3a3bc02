"""Fits the adapter and the heads of the note check's encoder; called by `python -m evals.fit_notes encoder`.

all-mpnet-base-v2 reads the whole note; the states of its word pieces are averaged over each segment (a sentence, or a
piece of dictation), and a linear head says of each segment which mistakes it shows. A note's score is the smooth
maximum of its segments' (log-sum-exp, Dietterich's multiple instances) plus a head on the mean of all states. Both are
trained at once, the segments on the evidence that the authors of the notes marked. An adapter (LoRA, Hu et al. 2021)
on the upper half of the layers keeps what is stored small; the lower half never changes, so its states are computed
once. About forty minutes on two processor cores.
"""

import math
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from assistant.models.note_encoder import MAX_TOKENS
from assistant.notes.mistake import Mistake
from assistant.notes.reader import SHARPNESS, pool
from assistant.notes.segments import cut_segments
from evals.corpus import Note

MISTAKES = tuple(Mistake)
RANK = 16
SCALE = 32
"""LoRA's alpha; the update weighs `SCALE / RANK`."""
FROZEN = 6
"""Layers from the bottom that keep their weights, of twelve."""
LEARNING_RATE = 4e-4
HEAD_RATE = 2e-3
WARM_UP = 0.1
WEIGHT_DECAY = 0.01
DROPOUT = 0.1
"""Of what the heads read."""
BATCH = 16
EPOCHS = 4
SEGMENT_LOSS = 1.0
"""Weight of the segments' loss beside the notes'."""
MARKED = 2.0
"""Weight of a marked segment beside an unmarked one."""
RARE = -3.0
"""Where the segment head's bias begins: about one segment in twenty shows a given mistake."""
POOL = 10
"""Batches that are sorted by length together, so that little of them is padding."""

Floats = NDArray[np.float32]


class Example(NamedTuple):
    """A note ready for training."""

    ids: list[int]
    segments: list[tuple[int, int]]
    """Half-open ranges of word pieces."""
    shown: Floats
    """(10,) 1 for each mistake of the note."""
    marked: Floats
    """(segments, 10) 1 where the segment is evidence."""


def mark_segments(note: Note, spans: Sequence[tuple[int, int]]) -> Floats:
    """(segments, 10): evidence covers most of the segment, or the segment most of the evidence."""
    marked = np.zeros((len(spans), len(MISTAKES)), dtype=np.float32)
    for mistake, quotes in note.findings.items():
        for quote in quotes:
            first = note.text.find(quote)
            if first < 0:
                continue
            last = first + len(quote)
            for row, (start, end) in enumerate(spans):
                shared = min(last, end) - max(first, start)
                if shared > 0 and (shared >= 0.4 * (end - start) or shared >= 0.5 * len(quote)):
                    marked[row, MISTAKES.index(mistake)] = 1
    return marked


class Net:
    """The encoder with a new adapter, and the heads."""

    def __init__(self, base: Path) -> None:
        import torch
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModel, AutoTokenizer

        self.tokenizer: Any = AutoTokenizer.from_pretrained(str(base))
        plain = AutoModel.from_pretrained(str(base), hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        upper = list(range(FROZEN, plain.config.num_hidden_layers))
        config = LoraConfig(
            r=RANK,
            lora_alpha=SCALE,
            target_modules=["q", "k", "v", "o", "dense"],
            layers_to_transform=upper,
            layers_pattern="layer",
        )
        self.model: Any = get_peft_model(plain, config)
        self._net: Any = self.model.base_model.model
        width = plain.config.hidden_size
        self.segment = torch.nn.Linear(width, len(MISTAKES))
        self.note = torch.nn.Linear(width, len(MISTAKES))
        self.mix = torch.nn.Parameter(torch.ones(len(MISTAKES)))
        self.drop = torch.nn.Dropout(DROPOUT)
        torch.nn.init.constant_(self.segment.bias, RARE)
        torch.nn.init.zeros_(self.note.weight)

    def example(self, note: Note) -> Example:
        """Word pieces, segments and labels of a note."""
        read = self.tokenizer(note.text, truncation=True, max_length=MAX_TOKENS, return_offsets_mapping=True)
        spans = cut_segments(note.text)
        ranges = pool(spans, read["offset_mapping"][1:-1])
        kept = [row for row, found in enumerate(ranges) if found]
        marked = mark_segments(note, spans)[kept]
        shown = np.array([mistake in note.findings for mistake in MISTAKES], dtype=np.float32)
        # One more for the mark of the beginning, which is left out of every mean.
        segments = [(found[0] + 1, found[1] + 1) for found in ranges if found]
        return Example(read["input_ids"], segments, shown, marked)

    def lower(self, examples: Sequence[Example]) -> list[Any]:
        """What the frozen layers make of each example, at half precision: (tokens, 768) tensors."""
        import torch

        found: list[Any] = [None] * len(examples)
        order = sorted(range(len(examples)), key=lambda row: len(examples[row].ids))
        with torch.no_grad():
            for begin in tqdm(range(0, len(order), 8), desc="lower layers"):
                rows = order[begin : begin + 8]
                width = max(len(examples[row].ids) for row in rows)
                ids = torch.full((len(rows), width), self.tokenizer.pad_token_id)
                for place, row in enumerate(rows):
                    ids[place, : len(examples[row].ids)] = torch.tensor(examples[row].ids)
                mask = (ids != self.tokenizer.pad_token_id).long()
                states = self._layers(self._net.embeddings(input_ids=ids), mask, range(FROZEN))
                for place, row in enumerate(rows):
                    found[row] = states[place, : len(examples[row].ids)].half()
        return found

    def score(self, examples: Sequence[Example], lower: Sequence[Any]) -> tuple[Any, Any, Any]:
        """(notes, 10) and (notes, segments, 10) scores, and which segments there are."""
        import torch

        width, most = max(len(one.ids) for one in examples), max(len(one.segments) for one in examples)
        states = torch.zeros((len(examples), width, lower[0].shape[1]))
        mask, there = torch.zeros((len(examples), width)), torch.zeros((len(examples), most), dtype=torch.bool)
        average, mean = torch.zeros((len(examples), most, width)), torch.zeros((len(examples), 1, width))
        for row, (one, below) in enumerate(zip(examples, lower, strict=True)):
            states[row, : len(one.ids)], mask[row, : len(one.ids)] = below.float(), 1
            mean[row, 0, 1 : len(one.ids) - 1] = 1 / (len(one.ids) - 2)
            there[row, : len(one.segments)] = True
            for place, (first, last) in enumerate(one.segments):
                average[row, place, first:last] = 1 / (last - first)
        states = self._layers(states, mask, range(FROZEN, len(self._net.encoder.layer)))
        segments = self.segment(self.drop(average @ states))
        top = torch.logsumexp((SHARPNESS * segments).masked_fill(~there[..., None], -1e4), 1) / SHARPNESS
        return self.mix * top + self.note(self.drop((mean @ states)[:, 0])), segments, there

    def weights(self) -> tuple[list[Any], list[Any]]:
        """What is fitted: the adapter's, the heads'."""
        adapter = [weight for weight in self.model.parameters() if weight.requires_grad]
        return adapter, [*self.segment.parameters(), *self.note.parameters(), self.mix]

    def _layers(self, states: Any, mask: Any, which: range) -> Any:
        import torch

        blocked = (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        bias = self._net.encoder.compute_position_bias(states)
        for layer in which:
            states = self._net.encoder.layer[layer](states, blocked, bias)[0]
        return states

    def save(self, folder: Path) -> None:
        """The adapter in peft's own files, without the path of its base, and the heads as numbers."""
        self.model.peft_config["default"].base_model_name_or_path = "sentence-transformers/all-mpnet-base-v2"
        self.model.save_pretrained(str(folder / "adapter"))
        arrays = {
            "segment": self.segment.weight,
            "segment_bias": self.segment.bias,
            "note": self.note.weight,
            "note_bias": self.note.bias,
            "mix": self.mix,
        }
        np.savez(folder / "heads.npz", **{name: value.detach().numpy() for name, value in arrays.items()})


def batches(examples: Sequence[Example], shuffle: random.Random) -> Iterator[list[int]]:
    """Every example once, in batches of like length and random order."""
    order = list(range(len(examples)))
    shuffle.shuffle(order)
    size = BATCH * POOL
    groups = [
        sorted(order[begin : begin + size], key=lambda row: len(examples[row].ids))
        for begin in range(0, len(order), size)
    ]
    found = [group[begin : begin + BATCH] for group in groups for begin in range(0, len(group), BATCH)]
    shuffle.shuffle(found)
    yield from found


def fit_encoder(notes: Sequence[Note], base: Path, folder: Path, epochs: int = EPOCHS, seed: int = 0) -> None:
    """Fits on all notes and writes `adapter/` and `heads.npz` to the folder after every epoch."""
    import torch

    torch.manual_seed(seed)
    net, shuffle = Net(base), random.Random(seed)
    examples = [net.example(note) for note in notes]
    lower = net.lower(examples)
    adapter, heads = net.weights()
    groups = [{"params": adapter, "weight_decay": WEIGHT_DECAY}, {"params": heads}]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE)
    plan = [list(batches(examples, shuffle)) for _ in range(epochs)]
    steps = sum(map(len, plan))
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [LEARNING_RATE, HEAD_RATE], total_steps=steps, pct_start=WARM_UP
    )
    for epoch, order in enumerate(plan):
        losses = []
        for rows in tqdm(order, desc=f"epoch {epoch + 1} of {epochs}"):
            loss = _loss(net, [examples[row] for row in rows], [lower[row] for row in rows])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(adapter, 1.0)
            optimizer.step()
            rate.step()
            losses.append(float(loss.detach()))
        net.save(folder)
        sys.stdout.write(f"epoch {epoch + 1}: loss {math.fsum(losses) / len(losses):.3f}\n")
        sys.stdout.flush()


def _loss(net: Net, examples: Sequence[Example], lower: Sequence[Any]) -> Any:
    import torch

    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits
    scores, segments, there = net.score(examples, lower)
    marked = torch.zeros_like(segments)
    for row, one in enumerate(examples):
        marked[row, : len(one.marked)] = torch.tensor(one.marked)
    weight = torch.where(marked > 0, MARKED, 1.0) * there[..., None]
    by_note = (cross_entropy(segments, marked, reduction="none") * weight).sum((1, 2)) / (there.sum(1) * len(MISTAKES))
    shown = torch.tensor(np.stack([one.shown for one in examples]))
    return cross_entropy(scores, shown) + SEGMENT_LOSS * by_note.mean()
