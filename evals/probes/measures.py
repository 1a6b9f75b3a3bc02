"""Every measurement of the benchmark, each a function from a site to rows.

Where both pipelines are measured, their repeats alternate, so that a busy moment of the machine hits both.
"""

import itertools
import shutil
import sys
from collections.abc import Callable

import numpy as np

from evals.data import load_questions, read_raw
from evals.probes.rows import Row, Sample, Target
from evals.probes.site import Site
from evals.report import show
from evals.scorers.ranking import rank_articles, score_rankings

Measure = Callable[[Site], list[Row]]
LARGE = 100_000


def measure_cold_search(site: Site) -> list[Row]:
    """From process start to process end, guide ingested, files in the system's cache."""
    ours, theirs = [], []
    queries = [row.question for row in site.questions[:6]]
    store = site.guide_store
    for query in queries[: site.repeats(5) + 1]:
        ours.append(site.eyelevel("search", query, "--json").seconds)
        theirs.append(site.probe("tutorial", "search", store, query).seconds)
    target = Target(most=1.5)
    return [Row(name="cold search", unit="s", ours=_sample(ours[1:]), tutorial=_sample(theirs[1:]), target=target)]


def measure_retrieval(site: Site) -> list[Row]:
    """Warm, from a question's text to passages; and hit@3 of both on the test questions."""
    rows = load_questions("test")
    requests = site.write_json("queries.json", [row.question for row in rows])
    ours, seconds = [], []
    for _ in range(site.repeats(3)):
        theirs = site.probe("tutorial", "retrieve", site.guide_store, requests).result
        seconds += theirs["seconds"]
        ours += site.probe("product", "retrieve", requests).result["seconds"]
    relevant = {row.id: row.relevant for row in rows}
    ranked = {row.id: rank_articles(found) for row, found in zip(rows, theirs["documents"], strict=True)}
    tutorial_hits = [one["hit@3"] for one in score_rankings(ranked, relevant).values()]
    return [
        *_percentiles("retrieval, shipped guide", ours, seconds, Target(most=50)),
        Row(
            name="hit@3, test questions",
            unit="share",
            ours=_mean(_our_hits(site)),
            tutorial=_mean(tutorial_hits),
            target=Target(least=0.92),
            higher_is_better=True,
        ),
    ]


def _our_hits(site: Site) -> list[float]:
    """hit@3 of the suite `retrieval`, so that there is one definition of it."""
    results = site.run(
        [sys.executable, "-m", "evals", "retrieval", "--json", "--home", str(site.guide_home)], accept=(0, 1)
    )
    return [scores["hit@3"] for scores in results.result["result"]["items"].values()]


def measure_answers(site: Site) -> list[Row]:
    """Questions new to a warm model, and the same without a model."""
    count = 4 if site.quick else 12
    requests = site.write_json("answers.json", [row.model_dump(mode="json") for row in site.questions[:count]])
    queries = site.write_json("few.json", [row.question for row in site.questions[:count]])
    theirs = site.probe("tutorial", "retrieve", site.guide_store, queries).result
    bare = site.probe("coach", "answer", requests, chat_model="none").result
    local = site.probe("coach", "answer", requests).result
    why = f"{local['failed']} answers without the model" if local["failed"] else ""
    return [
        Row(
            name="question → passages",
            unit="s",
            ours=_sample(local["passages"]),
            tutorial=_sample(theirs["seconds"]),
            target=Target(most=0.3),
        ),
        Row(
            name="question → first words", unit="s", ours=_sample(local["first_words"]), target=Target(most=4), why=why
        ),
        Row(name="question → first words by the model", unit="s", ours=_sample(local["first_written"])),
        Row(name="question → whole answer", unit="s", ours=_sample(local["total"])),
        Row(name="question → whole answer, no model", unit="s", ours=_sample(bare["total"]), target=Target(most=1)),
    ]


def measure_stop(site: Site) -> list[Row]:
    """From a person's stop to a model that serves the next one."""
    found = site.probe("coach", "stop", str(site.repeats(4))).result
    if "error" in found:
        return [Row(name="stop → model free", unit="s", ours=None, why=found["error"])]
    return [Row(name="stop → model free", unit="s", ours=_sample(found["seconds"]), target=Target(most=1.5))]


def measure_page(site: Site) -> list[Row]:
    """`eyelevel serve` from process start, questions in a real browser, and the memory that it has in use then."""
    few = [row.model_dump(mode="json") for row in site.questions if row.style == "plain"]
    requests = site.write_json("page.json", few[: 1 + site.repeats(4)])
    runs = [site.probe("page", requests).result for _ in range(site.repeats(3))]
    bare = [site.probe("page", requests, chat_model="none").result]
    headings = [run["heading"] for run in runs if "heading" in run]
    shown = [seconds for run in runs for seconds in run.get("passages", []) if seconds is not None]
    why = "no browser"
    return [
        Row(name="start → server answers", unit="s", ours=_sample([run["health"] for run in runs])),
        Row(name="start → first page", unit="s", ours=_sample([run["html"] for run in runs]), target=Target(most=3)),
        Row(name="start → heading drawn", unit="s", ours=_sample(headings), target=Target(most=3), why=why),
        Row(name="question → passages on screen", unit="s", ours=_sample(shown), target=Target(most=0.3), why=why),
        Row(name="memory, no model", unit="MB", ours=_sample([run["rss"] for run in bare]), target=Target(most=450)),
        Row(
            name="memory, local model", unit="MB", ours=_sample([run["rss"] for run in runs]), target=Target(most=2600)
        ),
    ]


JOBS = {
    "plan": "plans",
    "topics": "topics",
    "feedback": "feedback",
    "reflect": "reflection",
    "rehearse": "rehearsals",
    "programme": "programmes",
}
"""Each coaching job with the name of its held-out cases."""


def measure_jobs(site: Site) -> list[Row]:
    """Each coaching job: its first useful result, and until the local model has done with it."""
    count = 3 if site.quick else 9
    cases = {job: read_raw(f"jobs/{name}_heldout.jsonl")[:count] for job, name in JOBS.items()}
    found = site.probe("jobs", site.write_json("jobs.json", cases)).result
    why = "" if found["model"] else "no chat model"
    rows = []
    for job in JOBS:
        first, whole = found[job]["first"], found[job]["whole"]
        rows.append(Row(name=f"{job}: first result", unit="s", ours=_sample(first), target=Target(most=1)))
        if job != "topics":
            rows.append(Row(name=f"{job}: complete", unit="s", ours=_sample(whole, why), target=Target(most=20)))
    return rows


def measure_crowd(site: Site) -> list[Row]:
    """Sessions at once without a chat model, five pages each, in one person's app and signed in to a shared one.

    The visitors are played on the same cores.
    """
    people = 20 if site.quick else 200
    rows = []
    for sign_in, arrival in itertools.product(("personal", "local"), (20, 0)):
        home = site.folder / f"crowd-{sign_in}-{arrival}"
        shutil.copytree(site.guide_home / "index", home / "index")
        found = site.probe("crowd", sign_in, str(people), str(arrival), home=home, chat_model="none").result
        name = f"{people} sessions, {sign_in}, {f'within {arrival} s' if arrival else 'all at once'}"
        times = f"p50 {show(found['p50'])}, longest {show(found['longest'])}, {found['pages']} pages"
        errors = _sample([found["errors"]], found["first_error"])
        rows += [
            Row(name=f"{name}: page, p95", unit="s", ours=_sample([found["p95"]], times), target=Target(most=2)),
            Row(name=f"{name}: errors", unit="", ours=errors, target=Target(most=0)),
            Row(name=f"{name}: memory each", unit="MiB", ours=_sample([found["memory"]]), target=Target(most=2)),
            Row(name=f"{name}: processor a page", unit="ms", ours=_sample([found["cpu"]])),
        ]
    return rows


def measure_ingest(site: Site) -> list[Row]:
    """The same synthetic documents into empty homes, from process start to process end; and embedding alone."""
    folder, texts = site.documents
    requests = site.write_json("texts.json", texts)
    ours, theirs, embed_ours, embed_theirs = [], [], [], []
    passages = {"ours": 0, "tutorial": 0}
    for number in range(site.repeats(3)):
        home, store = site.folder / f"ingest-{number}", site.folder / f"store-{number}"
        done = site.eyelevel("ingest", str(folder), "--json", home=home)
        other = site.probe("tutorial", "ingest", str(folder), str(store), home=home)
        passages = {"ours": done.result["passages"], "tutorial": other.result["passages"]}
        ours.append(done.seconds)
        theirs.append(other.seconds)
        embed_ours.append(site.probe("product", "embed", requests, home=home).result["seconds"])
        embed_theirs.append(site.probe("tutorial", "embed", requests, home=home).result["seconds"])
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(store, ignore_errors=True)
    return [
        Row(
            name=f"ingest, {len(texts)} sections",
            unit="s",
            ours=_sample(ours, f"{passages['ours']} passages"),
            tutorial=_sample(theirs, f"{passages['tutorial']} passages"),
            target=Target(ratio=2),
        ),
        Row(
            name=f"embedding, the same {len(texts)} texts",
            unit="s",
            ours=_sample(embed_ours),
            tutorial=_sample(embed_theirs),
        ),
    ]


def measure_large(site: Site) -> list[Row]:
    """Hybrid search among 100,000 passages; the tutorial's vector search on the very same collection."""
    home = site.folder / "large"
    built = site.probe("product", "build_large", str(LARGE), home=home).result
    texts = [row.question for row in site.questions]
    requests = site.write_json("large.json", (texts * 4)[: 45 if site.quick else 205])
    ours = site.probe("product", "query_large", requests, home=home).result["seconds"]
    store = home / "index" / built["generation"] / "chroma"
    collection = f"{built['generation']}-passages"
    theirs = site.probe("tutorial", "vectors", str(store), collection, str(len(ours)), home=home).result["seconds"]
    built_row = Row(name=f"building {LARGE:,} passages", unit="s", ours=_sample([built["seconds"]]))
    return [built_row, *_percentiles(f"retrieval, {LARGE:,} passages", ours, theirs, Target(most=30))]


def _percentiles(name: str, ours: list[float], theirs: list[float], target: Target) -> list[Row]:
    """Median and 95th percentile in milliseconds; the target is for the latter."""
    return [
        Row(
            name=f"{name}, p{quantile}",
            unit="ms",
            ours=_sample([1000 * float(np.percentile(ours, quantile))]),
            tutorial=_sample([1000 * float(np.percentile(theirs, quantile))]),
            target=target if quantile == 95 else Target(),
        )
        for quantile in (50, 95)
    ]


def _sample(values: list[float], note: str = "") -> Sample | None:
    return Sample(values=tuple(round(value, 4) for value in values), note=note) if values else None


def _mean(values: list[float]) -> Sample | None:
    return _sample([sum(values) / len(values)]) if values else None


MEASURES: dict[str, Measure] = {
    "cold": measure_cold_search,
    "retrieval": measure_retrieval,
    "answers": measure_answers,
    "stop": measure_stop,
    "jobs": measure_jobs,
    "page": measure_page,
    "crowd": measure_crowd,
    "ingest": measure_ingest,
    "large": measure_large,
}
