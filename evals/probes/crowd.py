"""Many people at the web app at once, from the outside: pages, errors, memory and processor time.

Starts `eyelevel serve` itself, in a home of its own. The visitors are `evals.sessions.crowd`, in this process.
"""

import asyncio
import sys
import time

from assistant.settings import load_settings
from evals.probes.page import answers, serving
from evals.probes.program import finish
from evals.sessions.crowd import Pace, Server, visit
from evals.sessions.people import make_people

OPENING_SECONDS = 20.0
"""After its start the server reads the guide in the background."""


def main(sign_in: str, people: str, arrival: str) -> None:
    """`sign_in`: personal or local. `people`: how many. `arrival`: seconds within which they come."""
    emails: list[str | None] = [None] * int(people)
    if sign_in == "local":
        emails = [account.email for account in make_people(load_settings(), int(people))]
    with serving(EYELEVEL_SIGN_IN=sign_in) as (began, url, server):
        answers(f"{url}/_stcore/health", began)
        time.sleep(OPENING_SECONDS)
        found = asyncio.run(visit(url, Server(server), emails, Pace(float(arrival))))
    finish(
        {
            "p50": found.quantile(0.5),
            "p95": found.quantile(0.95),
            "longest": found.quantile(1.0),
            "pages": len(found.pages),
            "errors": len(found.errors),
            "first_error": next(iter(found.errors), ""),
            "memory": found.memory,
            "cpu": found.cpu,
        }
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
