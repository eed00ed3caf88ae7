"""Every differentiable function of PyTorch that takes floats becomes rows, or one node made from its derivatives."""

import warnings

import pytest

from autograd.foreign.formulas import FORMULAS, ROWS
from autograd.table import TABLE

torch = pytest.importorskip("torch")
from tests.helpers.torch_functions import expanded, functions, single_nodes  # noqa: E402  # they need PyTorch

BY_HAND = {  # what PyTorch 2.13 has and the table has not: the operations that are one node
    "torch": "as_strided_scatter bilinear cholesky cholesky_inverse cholesky_solve ctc_loss frexp grid_sampler "
    "grid_sampler_2d grid_sampler_3d i0 igamma igammac inverse logdet lu lu_solve matrix_exp native_group_norm "
    "nuclear_norm orgqr ormqr pca_lowrank pinverse polygamma qr renorm rrelu slogdet svd svd_lowrank triangular_solve",
    "torch.special": "gammainc gammaincc i0 i0e i1 i1e polygamma zeta",
    "torch.nn.functional": "bilinear ctc_loss fractional_max_pool2d fractional_max_pool2d_with_indices grid_sample "
    "multi_margin_loss multilabel_margin_loss rrelu",
}
REFUSED = {"torch.sparse_coo_tensor"}  # its result is sparse


@pytest.fixture(scope="module")
def table():
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, (f, make) in functions().items():
            try:
                found[name] = expanded(f, make)
            except (TypeError, ValueError) as refusal:
                found[name] = refusal
    return found


@pytest.mark.slow
@pytest.mark.peer
def test_no_function_is_read_wrong_or_refused(table):
    assert {name for name, found in table.items() if isinstance(found, Exception)} <= REFUSED
    for name, found in table.items():
        if not isinstance(found, Exception):  # the gradients were compared with PyTorch's when it was read
            assert found[0].data == pytest.approx(found[1], rel=1e-9), name


@pytest.mark.slow
@pytest.mark.peer
def test_three_quarters_become_rows_throughout_and_the_others_are_listed(table):
    others = {name for name, found in table.items() if isinstance(found, Exception) or single_nodes(found[0])}
    assert len(table) > 450
    assert len(others) <= 0.25 * len(table)
    if torch.__version__.startswith("2.13"):
        assert others - REFUSED == {f"{space}.{name}" for space, text in BY_HAND.items() for name in text.split()}


def test_names_lead_to_rows_of_the_table():
    assert {row for rows in ROWS.values() for row in rows.split()} <= TABLE.keys()
    assert all(callable(formula) for formulas in FORMULAS.values() for formula in formulas)
