"""A fourth part of the corpus, blind as part C, with right passes of its own; parts may share a kind of fault."""

from tests.corpora.backward_faults.half_d import (
    affine,
    attention,
    batch_norm,
    convolution,
    layer_norm,
    lstm,
    relu,
    right,
    softmax,
    svm,
)

MODULES = (affine, relu, softmax, svm, batch_norm, layer_norm, convolution, lstm, attention)
FAULTS = [fault for module in MODULES for fault in module.FAULTS]
RIGHT = right.RIGHT
