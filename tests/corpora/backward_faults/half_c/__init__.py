"""A third part of the corpus, written from the wish for notes alone, with no look at the checker."""

from tests.corpora.backward_faults.half_c import (
    affine,
    attention,
    batch_norm,
    convolution,
    layer_norm,
    lstm,
    relu,
    softmax,
    svm,
)

MODULES = (affine, relu, softmax, svm, batch_norm, layer_norm, convolution, lstm, attention)
FAULTS = [fault for module in MODULES for fault in module.FAULTS]
