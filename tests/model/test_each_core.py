"""Many texts at once: in order, a few ahead, with errors at their turn."""

import threading
from collections.abc import Iterator

import pytest

from model.artefact import BUILT, RELEASE_FOLDER
from model.each_core import AHEAD, cores, on_each_core
from model.predictor import Predictor
from model.session import OnnxSession, open_session

TEXTS = ("Handheld thermal imager, 640 x 512", "Garden hose", "Fake base station that takes the IMSI of every phone nearby", "Soup")


def counted(n: int, taken: list[int]) -> Iterator[int]:
    for i in range(n):
        taken.append(i)
        yield i


class TestOnEachCore:
    """Results in the order of the items, a few of which are taken ahead."""

    def test_results_keep_the_order_though_the_first_is_the_slowest(self) -> None:
        go = threading.Event()

        def work(i: int) -> int:
            if i == 0:
                assert go.wait(30)
            elif i == 3:
                go.set()
            return i * i

        assert list(on_each_core(work, range(10), 2)) == [i * i for i in range(10)]

    def test_items_are_taken_a_few_ahead_and_no_more(self) -> None:
        taken: list[int] = []
        next(on_each_core(lambda i: i, counted(1000, taken), 3))
        assert len(taken) == 3 * AHEAD

    def test_one_worker_takes_nothing_ahead(self) -> None:
        taken: list[int] = []
        next(on_each_core(lambda i: i, counted(1000, taken), 1))
        assert taken == [0]

    def test_an_error_comes_at_its_turn(self) -> None:
        results = on_each_core(lambda i: 10 // (2 - i), range(5), 2)
        assert [next(results), next(results)] == [5, 10]
        with pytest.raises(ZeroDivisionError):
            next(results)

    def test_who_stops_asking_stops_the_work(self) -> None:
        taken: list[int] = []
        results = on_each_core(lambda i: i, counted(1000, taken), 2)
        next(results)
        results.close()  # type: ignore[attr-defined]
        assert len(taken) == 2 * AHEAD
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("text")]

    def test_nothing(self) -> None:
        assert list(on_each_core(str, [], 4)) == []

    def test_there_is_a_core(self) -> None:
        assert cores() >= 1


class TestPredictor:
    """Files of texts get the answers that each text gets alone."""

    def test_answers_are_those_of_one_at_a_time(self, predictor: Predictor) -> None:
        many = Predictor.load(many=True, threads=2)
        assert many.at_once == 2
        assert list(many.classify_many(TEXTS, every=True)) == [predictor.classify(text, every=True) for text in TEXTS]


@pytest.mark.parametrize(("threads", "streams", "each"), [(0, 1, 0), (3, 1, 3), (4, 2, 2), (2, 4, 1)])
def test_streams_share_the_threads(monkeypatch: pytest.MonkeyPatch, threads: int, streams: int, each: int) -> None:
    asked: list[int] = []
    monkeypatch.setattr(OnnxSession, "__init__", lambda _self, _path, given=0: asked.append(given))
    open_session(RELEASE_FOLDER / BUILT, "onnxruntime-int8", threads, streams)
    assert asked == [each]
