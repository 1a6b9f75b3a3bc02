"""`eyelevel topics`: what a pair could talk about next, from the catalogue."""

from typing import Annotated, Any

import typer

from app.printing import AsJson, print_result
from assistant.settings import load_settings


def topics(
    *,
    mentee_role: Annotated[str | None, typer.Option(help='Role of the senior, such as "CTO".')] = None,
    about: Annotated[str, typer.Option(help="What the session should be about, in your words.")] = "",
    exclude: Annotated[list[str] | None, typer.Option(help="Id of a topic that you have had, or its name.")] = None,
    month: Annotated[int | None, typer.Option(min=1, max=6, help="Month of the programme, in six.")] = None,
    n: Annotated[int, typer.Option("-n", min=1, max=50, help="How many.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Topics that suit the senior and the wish, and are new to the pair."""
    from assistant.coach.topics import TopicChooser, TopicWish
    from assistant.models.encoder import MiniLMEncoder

    settings = load_settings()
    catalogue = TopicChooser(settings, MiniLMEncoder(settings.model_dir, settings.threads))
    wish = TopicWish(mentee_role=mentee_role, about=about, month=month, had=tuple(exclude or ()))
    found: list[dict[str, Any]] = [
        {
            "id": one.topic.id,
            "title": one.topic.title,
            "why": one.why,
            "opening_question": one.question,
            "technical": one.topic.technical,
            "citations": [citation.model_dump(mode="json") for citation in catalogue.cite(one.topic)],
        }
        for one in catalogue.suggest(wish, n)
    ]
    lines = [f"{one['title']} ({one['id']})\n  {one['why']}\n  “{one['opening_question']}”" for one in found]
    print_result(found, "\n\n".join(lines) or "Nothing is new to you; leave out --exclude.", as_json=as_json)
