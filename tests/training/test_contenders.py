"""What the benchmark puts beside what serves."""

from model.batches import OneByOne
from model.predictor import Predictor
from training.contenders import OneOfMany


def test_one_of_many(predictor: Predictor) -> None:
    (some,) = predictor._windower.windows("Dome camera with recorder.")
    alone = predictor._session.run(some.ids, some.content)
    assert OneOfMany(OneByOne(predictor._session)).run(some.ids, some.content).logits.tolist() == alone.logits.tolist()
