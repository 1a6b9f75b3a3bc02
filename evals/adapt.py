"""`python -m evals.adapt [--epochs N] [--seed N]`: fits the encoder's adapter and writes it.

all-MiniLM-L6-v2 puts texts near each other that share a subject; people who tell what happened to them share its
scenery with every other story. The adapter (LoRA, Hu et al. 2021, arXiv 2106.09685) teaches it which articles of the
guide a story is about. It is fitted on the questions that the guide's articles list, on their passages, and on
`evals/datasets/adaptation.jsonl`, which was written for this: each of its questions names every article that helps.
No question of another data set is seen.

The objective is neighbourhood components analysis (Goldberger et al. 2004): a text's probability of finding a
question, and a passage, of its own article among those of all articles. All texts stay in a memory bank (Wu et al.
2018, arXiv 1805.01978), so that each step compares with the whole guide. About half an hour on two processor cores.
Afterwards set the printed hash and a new name in `assistant.models.minilm_export`, ingest, and run `evals.calibrate`
and the suites.
"""

import argparse
import hashlib
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from assistant.guide.passage import Document
from assistant.models.encoder import DIMENSION, Vectors
from assistant.models.minilm_export import ADAPTER, find_weights
from assistant.settings import load_settings
from evals.data import TrainingQuestion, load_rows
from ingest.load import find_sources, load_documents
from ingest.split import split_document

RANK = 16
SCALE = 32
"""LoRA's alpha; the update weighs `SCALE / RANK`."""
DROPOUT = 0.05
LEARNING_RATE = 8e-4
WARM_UP = 0.1
"""Share of the steps until the learning rate is reached; then it falls along a cosine."""
WEIGHT_DECAY = 0.01
BATCH = 48
EPOCHS = 3
TEMPERATURE = 0.05
TOKENS = 128
"""Word pieces of a text that are read while fitting."""
POOL = 20
"""Batches that are sorted by length together, so that little of them is padding."""


class Corpus(NamedTuple):
    """Texts and the articles that they belong to, questions first."""

    texts: list[str]
    own: NDArray[np.float32]
    """(n, articles) 1 for the article that a text is of or was written for."""
    helps: NDArray[np.float32]
    """(n, articles) 1 for these and for all others that would help as well."""
    questions: int
    """How many of the texts are questions; the others are passages."""


def read_corpus(knowledge: Path, written: Sequence[TrainingQuestion]) -> Corpus:
    """Questions and passages of every article with more than one of each, and the questions `written` for them."""
    read = chain.from_iterable(load_documents(file) for file in find_sources([knowledge]))
    columns: dict[str, int] = {}
    questions: list[tuple[str, str, tuple[str, ...]]] = []
    passages: list[tuple[str, str, tuple[str, ...]]] = []
    for document in read:
        cut = split_document(document) if isinstance(document, Document) else []
        if isinstance(document, Document) and min(len(cut), len(document.questions)) > 1:
            name = Path(document.source).stem
            columns[name] = len(columns)
            questions += [(text, name, ()) for text in document.questions]
            passages += [(passage.embedded_text(), name, ()) for passage in cut]
    questions += [(row.question, row.article, row.also) for row in written]
    rows = [*questions, *passages]
    own, helps = (np.zeros((len(rows), len(columns)), dtype=np.float32) for _ in range(2))
    for row, (_, name, also) in enumerate(rows):
        own[row, columns[name]] = 1
        helps[row, [columns[other] for other in (name, *also)]] = 1
    return Corpus([text for text, _, _ in rows], own, helps, len(questions))


class Adapted:
    """The transformer with a new adapter on all its linear layers."""

    def __init__(self) -> None:
        from peft import LoraConfig, get_peft_model
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(find_weights()), device="cpu")
        layers = ["query", "key", "value", "dense"]
        config = LoraConfig(r=RANK, lora_alpha=SCALE, lora_dropout=DROPOUT, target_modules=layers)
        self.net: Any = get_peft_model(model[0].auto_model, config)
        self._tokenizer: Any = model.tokenizer

    def embed(self, texts: Sequence[str]) -> Any:
        """(n, 384) unit vectors as a tensor: mean over the tokens."""
        import torch

        read = self._tokenizer(list(texts), padding=True, truncation=True, max_length=TOKENS, return_tensors="pt")
        states, mask = self.net(**read).last_hidden_state, read["attention_mask"][..., None].float()
        return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=1)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As `embed`, without dropout and gradients, in blocks."""
        import torch

        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        self.net.eval()
        with torch.no_grad():
            for start in tqdm(range(0, len(order), BATCH), desc="reading", leave=False):
                rows = order[start : start + BATCH]
                vectors[rows] = self.embed([texts[i] for i in rows]).numpy()
        self.net.train()
        return vectors


def batches(texts: Sequence[str], shuffle: random.Random) -> Iterator[list[int]]:
    """Every text once, in batches of like length and random order."""
    order = list(range(len(texts)))
    shuffle.shuffle(order)
    size = BATCH * POOL
    pools = [sorted(order[start : start + size], key=lambda i: len(texts[i])) for start in range(0, len(order), size)]
    found = [pool[start : start + BATCH] for pool in pools for start in range(0, len(pool), BATCH)]
    shuffle.shuffle(found)
    yield from found


def adapt(corpus: Corpus, epochs: int, seed: int) -> Adapted:
    """A fitted adapter; the same seed gives the same one up to rounding."""
    import torch

    torch.manual_seed(seed)
    shuffle, model = random.Random(seed), Adapted()
    weights = [weight for weight in model.net.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    plan = [batch for _ in range(epochs) for batch in batches(corpus.texts, shuffle)]
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=len(plan), pct_start=WARM_UP)
    bank, own, helps = (torch.tensor(part) for part in (model.encode(corpus.texts), corpus.own, corpus.helps))
    with tqdm(plan, desc="fitting") as bar:
        for rows in bar:
            vectors = model.embed([corpus.texts[i] for i in rows])
            logits = vectors @ bank.T / TEMPERATURE
            logits[torch.arange(len(rows)), torch.tensor(rows)] = -torch.inf  # no text finds itself
            same = helps[rows] @ own.T + own[rows] @ helps.T > 0
            logits[~same & (helps[rows] @ helps.T > 0)] = -torch.inf  # both help with a third: neither near nor far
            loss = sum(
                neighbourhood_loss(logits[:, part], same[:, part])
                for part in (slice(0, corpus.questions), slice(corpus.questions, None))
            )
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            rate.step()
            bank[rows] = vectors.detach()
            bar.set_postfix(loss=f"{float(loss.detach()):.2f}")
    return model


def neighbourhood_loss(logits: Any, same: Any) -> Any:
    """Mean negative log probability that a text's neighbour is of its own article."""
    import torch

    own = logits.masked_fill(~same, -torch.inf)
    return (torch.logsumexp(logits, 1) - torch.logsumexp(own, 1)).mean()


def main() -> None:
    """Fit, write, and print the hash."""
    parser = argparse.ArgumentParser(description="Fits the encoder's adapter on the guide's own questions.")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    corpus = read_corpus(load_settings().knowledge, load_rows("adaptation.jsonl", TrainingQuestion))
    sys.stdout.write(f"{corpus.questions} questions and {len(corpus.texts) - corpus.questions} passages.\n")
    write(adapt(corpus, arguments.epochs, arguments.seed), ADAPTER)


def write(model: Adapted, folder: Path) -> None:
    """The adapter in peft's own files, without the path of the weights that it was fitted on."""
    model.net.peft_config["default"].base_model_name_or_path = "sentence-transformers/all-MiniLM-L6-v2"
    model.net.save_pretrained(str(folder))
    digest = hashlib.sha256((folder / "adapter_model.safetensors").read_bytes()).hexdigest()
    sys.stdout.write(f"Written to {folder}; ADAPTER_SHA256 = {digest}\n")


if __name__ == "__main__":
    main()
