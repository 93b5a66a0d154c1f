"""Fitting how far word model and precedents count beside the network, on the calibration split only."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from model.opinions import NETWORK_ALONE, OpinionWeights

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

INVERSE_REGULARISATION = 100.0
"""Next to none: three numbers are fitted on tens of thousands of cells."""


def fit_opinions(logits: Floats, opinion: Floats, shares: Floats, labels: Bools, known: Bools) -> OpinionWeights:
    """Return the weights of highest likelihood, the same for every category; an opinion that would count against itself counts nothing.

    Args:
        logits: of the network, [texts, outputs].
        opinion, shares: [texts, categories], see `OpinionWeights.scores`.
        labels, known: [texts, outputs]; cells whose label is unknown are left out.
    """
    cells = known[:, :-1]
    columns = np.stack([logits[:, :-1][cells], opinion[cells], shares[cells]], axis=1)
    has = labels[:, :-1][cells]
    if has.all() or not has.any():
        return NETWORK_ALONE
    network, words, precedents = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1000).fit(columns, has).coef_[0].tolist()
    if network <= 0:
        return NETWORK_ALONE
    return OpinionWeights(max(0.0, words / network), max(0.0, precedents / network))
