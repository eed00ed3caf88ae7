"""Half A of the corpus."""

from tests.corpora.backward_faults.half_a import (
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
