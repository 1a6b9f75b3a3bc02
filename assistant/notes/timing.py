"""Minutes of the parts of a session, so that they add up whatever its length. Pure."""

from collections.abc import Sequence

from assistant.notes.session_plan import LEAST


def share_minutes(
    minutes: int, ends: tuple[int, int], parts: Sequence[int], grows: Sequence[bool], *, whole: int = 45
) -> list[int]:
    """Minutes of opening, parts and closing; each at least `LEAST`, together `minutes`.

    `ends`: of opening and closing in a session of `whole` minutes, and at most. `parts`: what each would like; where
    there is more, those that grow take it, or all where none does. There must be room: `LEAST` for each.
    """
    opening, closing = (max(LEAST, min(end, round(minutes * end / whole))) for end in ends)
    wanted = list(parts)
    spare = minutes - opening - closing - sum(wanted)
    if spare > 0:
        growing = [at for at, may in enumerate(grows) if may] or list(range(len(parts)))
        for at, more in zip(growing, split_minutes(spare, [wanted[at] for at in growing]), strict=True):
            wanted[at] += more
    else:
        room = minutes - opening - closing - LEAST * len(wanted)
        wanted = [LEAST + more for more in split_minutes(room, [one - LEAST for one in wanted])]
    return [opening, *wanted, closing]


def split_minutes(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in whole shares after `weights`, which are positive; the largest remainders get what rounding left."""
    exact = [total * weight / sum(weights) for weight in weights]
    shares = [int(share) for share in exact]
    order = sorted(range(len(weights)), key=lambda at: shares[at] - exact[at])
    for at in order[: total - sum(shares)]:
        shares[at] += 1
    return shares
