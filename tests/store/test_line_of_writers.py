"""Writers of one file stand in line: nobody overtakes, and nobody who left holds up the rest."""

import threading
import time

from assistant.store.line import Line


def test_threads_enter_in_the_order_in_which_they_came() -> None:
    # why: with a plain lock, of fifty people who asked at once some waited ten seconds, and their question was not kept
    line, entered = Line(), []
    assert line.enter(1)

    def write(number: int) -> None:
        assert line.enter(20)
        entered.append(number)
        line.leave()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for count, thread in enumerate(threads, 1):
        thread.start()
        while len(line._waiting) < count:
            time.sleep(0.001)
    line.leave()
    for thread in threads:
        thread.join(20)
    assert entered == list(range(20))


def test_one_who_waits_no_longer_does_not_get_the_turn() -> None:
    # why: a turn that nobody takes would stop every later write of the process
    line = Line()
    assert line.enter(1)
    assert not line.enter(0.05)
    line.leave()
    assert line.enter(0)
    line.leave()


def test_a_turn_is_never_given_to_two() -> None:
    # why: two writers side by side are what SQLite's own waiting by chance was taken out for
    line, inside, most = Line(), [0], [0]

    def write() -> None:
        for attempt in range(30):
            if line.enter(0.001 if attempt % 2 else 20):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.0002)
                inside[0] -= 1
                line.leave()

    threads = [threading.Thread(target=write) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1]
    assert line.enter(0)
