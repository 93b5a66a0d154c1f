"""What the benchmark puts beside what serves."""

from model.predictor import Predictor
from tests.one_by_one import OneByOne
from training.contenders import OneOfMany


def test_one_of_many(predictor: Predictor) -> None:
    (some,) = predictor._windower.windows("Dome camera with recorder.")
    alone = predictor._session.run(some.ids, some.content)
    assert OneOfMany(OneByOne(predictor._session)).run(some.ids, some.content).logits.tolist() == alone.logits.tolist()
