"""Every differentiable function of torch, torch.special and torch.nn.functional that takes floats, with arguments.

``python -m tests.helpers.torch_functions`` lists them, each with what it becomes.
"""

import math
import re
import warnings
from collections import Counter
from functools import cache

import pytest

torch = pytest.importorskip("torch")
F = torch.nn.functional
SPACES = {"torch": torch, "torch.special": torch.special, "torch.nn.functional": F}


SETTING = re.compile(
    "_|set_|get_|is_|use_|init_|clear_|autocast_|import_|sym_|manual_seed$|seed$|save$|load$|compile$|vmap$"
)


def v(*shape, low=0.2, high=0.8):
    return (torch.rand(*shape, dtype=torch.float64) * (high - low) + low).requires_grad_()


def matrix():
    return (v(2, 2).detach() + torch.eye(2, dtype=torch.float64)).requires_grad_()


def one_hot(n):
    return torch.eye(n, dtype=torch.float64)[0]


TEMPLATES = [  # arguments to try, in this order
    lambda: (v(3),), lambda: (v(3), v(3)), lambda: (v(3), v(3), v(3)), lambda: (matrix(),),
    lambda: (v(3, low=1.1, high=1.9),), lambda: (v(3), 2), lambda: (v(2, 2), 1), lambda: (v(2, 2), 0),
    lambda: (v(2, 2), v(2, 2)), lambda: (matrix(), v(2)), lambda: ([v(3), v(3)],), lambda: (v(2, 2), v(2, 2), v(2, 2)),
    lambda: (v(1, 2, 4),), lambda: (v(1, 2, 4), 2), lambda: (v(1, 1, 4, 4), 2), lambda: (v(1, 1, 2, 2, 2), 2),
    lambda: (v(2, 2), 0, 1), lambda: (v(1, 2, 2), v(1, 2, 2)), lambda: (v(1, 2, 2), v(1, 2, 2), v(1, 2, 2)),
    lambda: (v(2), v(2, 2), v(2)), lambda: (v(1, 4, 1, 1), 2), lambda: (v(2, 2), (1, 0)), lambda: (v(4), (2, 2)),
    lambda: (v(1, 2, 2, 2), v(1, 2, 2, 2)), lambda: (v(1, 1, 2, 2, 2), v(1, 1, 2, 2, 2)), lambda: (v(3), (1, 1), 0.5),
    lambda: (v(3), 0, 1, 2), lambda: (v(3), torch.tensor([0, 2])), lambda: (v(3), 0, torch.tensor([0, 2])),
    lambda: (v(3), (torch.tensor([1]),), v(1)), lambda: (v(3), torch.tensor([1]), v(1)),
    lambda: (v(3), 0, torch.tensor([0, 2]), v(2)), lambda: (v(3), 0, torch.tensor([0, 2]), 0.5),
    lambda: (v(3), 0, torch.tensor([0, 2]), v(2), "amax"), lambda: (v(3), 0, torch.tensor([0, 2, 2]), v(3), "prod"),
    lambda: (v(3), torch.tensor([True, False, True])), lambda: (v(3), torch.tensor([True, False, True]), 0.5),
    lambda: (v(3), torch.tensor([True, False, True]), v(3)), lambda: (torch.tensor([True, False, True]), v(3), v(3)),
    lambda: (v(2, 2), v(1), 0, 0), lambda: (2, v(3)), lambda: (v(2, 2), 2, 0, 0.3), lambda: (v(2, 3), [2]),
    lambda: (v(3), (3,)), lambda: (v(3), 0, (3, 1)), lambda: (v(3), [1, 2]), lambda: (v(4, 2), 2),
    lambda: (v(1, 4, 4), 2, 2),
    lambda: (v(2, 3), torch.tensor([0, 2])), lambda: (v(2, 2), torch.tensor([[0, 1], [1, 0]])),
    lambda: (torch.tensor([0, 2]), v(3, 2)),
    lambda: (v(2, 3), v(3), v(3), torch.zeros(3), torch.ones(3), False, 0.1, 1e-5, False),
    lambda: (v(2, 2), v(2, 2), torch.ones(2)),
    lambda: (v(2, 3), v(3).detach(), v(3).detach() + 0.5), lambda: (v(2), v(2), v(1, 2, 2)),
    lambda: (v(2, 2), v(2, 2), v(1, 2, 2)),
    lambda: ("ij,jk->ik", v(2, 2), v(2, 2)), lambda: (v(1, 2, 3).detach().requires_grad_(), [1, 1, 2, 2]),
]  # fmt: skip
EXAMPLES = {
    "torch.addbmm": lambda: (v(2, 2), v(1, 2, 2), v(1, 2, 2)),
    "torch.addmv": lambda: (v(2), v(2, 2), v(2)),
    "torch.as_strided": lambda: (v(3), (2,), (2,)), "torch.as_strided_copy": lambda: (v(3), (2,), (2,)),
    "torch.as_strided_scatter": lambda: (v(3), v(2), (2,), (2,)),
    "torch.conv_tbc": lambda: (v(3, 1, 2), v(2, 2, 2), v(2)),
    "torch.nn.functional.conv_tbc": lambda: (v(3, 1, 2), v(2, 2, 2), v(2)),
    "torch.ctc_loss": lambda: (v(3, 1, 3).log_softmax(2), torch.tensor([[1]]), torch.tensor([3]), torch.tensor([1])),
    "torch.nn.functional.ctc_loss": lambda: (v(3, 1, 3).log_softmax(2), torch.tensor([[1]]), torch.tensor([3]),
    torch.tensor([1])),
    "torch.embedding": lambda: (v(3, 2), torch.tensor([0, 2])),
    "torch.embedding_bag": lambda: (v(3, 2), torch.tensor([0, 2]), torch.tensor([0])),
    "torch.nn.functional.embedding_bag": lambda: (torch.tensor([[0, 2]]), v(3, 2)),
    "torch.pca_lowrank": lambda: (v(4, 3), 2),
    "torch.gather": lambda: (v(3), 0, torch.tensor([0, 2])),
    "torch.grid_sampler": lambda: (v(1, 1, 2, 2), v(1, 1, 2, 2), 0, 0, False),
    "torch.grid_sampler_2d": lambda: (v(1, 1, 2, 2), v(1, 1, 2, 2), 0, 0, False),
    "torch.grid_sampler_3d": lambda: (v(1, 1, 2, 2, 2), v(1, 1, 1, 2, 3), 0, 0, False),
    "torch.nn.functional.grid_sample": lambda: (v(1, 1, 2, 2), v(1, 1, 2, 2)),
    "torch.affine_grid_generator": lambda: (v(1, 2, 3), (1, 1, 2, 2), False),
    "torch.nn.functional.affine_grid": lambda: (v(1, 2, 3), (1, 1, 2, 2), False),
    "torch.gru_cell": lambda: (v(1, 2), v(1, 1), v(3, 2), v(3, 1)),
    "torch.lstm_cell": lambda: (v(1, 2), (v(1, 1), v(1, 1)), v(4, 2), v(4, 1)),
    "torch.rnn_tanh_cell": lambda: (v(1, 2), v(1, 1), v(1, 2), v(1, 1)),
    "torch.rnn_relu_cell": lambda: (v(1, 2), v(1, 1), v(1, 2), v(1, 1)),
    "torch.batch_norm": lambda: (v(3, 2), v(2), v(2), None, None, True, 0.1, 1e-5, False),
    "torch.native_batch_norm": lambda: (v(3, 2), v(2), v(2), None, None, True, 0.1, 1e-5),
    "torch.nn.functional.batch_norm": lambda: (v(3, 2), torch.zeros(2), torch.ones(2)),
    "torch.instance_norm": lambda: (v(1, 2, 3), None, None, None, None, True, 0.1, 1e-5, False),
    "torch.layer_norm": lambda: (v(2, 3), (3,), v(3), v(3)),
    "torch.nn.functional.layer_norm": lambda: (v(2, 3), (3,), v(3), v(3)),
    "torch.native_layer_norm": lambda: (v(2, 3), (3,), v(3), v(3), 1e-5),
    "torch.native_group_norm": lambda: (v(1, 2, 3), v(2), v(2), 1, 2, 3, 1, 1e-5),
    "torch.native_norm": None, "torch.rms_norm": lambda: (v(2, 3), (3,), v(3)),
    "torch.nn.functional.rms_norm": lambda: (v(2, 3), (3,), v(3)),
    "torch.group_norm": lambda: (v(1, 4), 2, v(4), v(4)),
    "torch.nn.functional.group_norm": lambda: (v(1, 4), 2, v(4), v(4)),
    "torch.index_put": lambda: (v(3), (torch.tensor([0, 2]),), v(2)),
    "torch.put": lambda: (v(3), torch.tensor([0, 2]), v(2)),
    "torch.index_reduce": lambda: (v(3), 0, torch.tensor([0, 2]), v(2), "mean"),
    "torch.scatter_reduce": lambda: (v(3), 0, torch.tensor([0, 2, 2]), v(3), "sum"),
    "torch.segment_reduce": None, "torch.masked_scatter": lambda: (v(3), torch.tensor([True, False, True]), v(3)),
    "torch.lobpcg": None, "torch.ormqr": lambda: (v(2, 2), v(2), v(2, 2)),
    "torch.lu_solve": lambda: (v(2, 1), torch.linalg.lu_factor(matrix())[0], torch.tensor([1, 2], dtype=torch.int32)),
    "torch.lu_unpack": lambda: (matrix(), torch.tensor([1, 2], dtype=torch.int32)),
    "torch.cholesky_inverse": lambda: (matrix(),), "torch.select_scatter": lambda: (v(2, 2), v(2), 0, 1),
    "torch.polygamma": lambda: (1, v(3)), "torch.special.polygamma": lambda: (1, v(3)),
    "torch.poisson_nll_loss": lambda: (v(3), v(3), True, False, 1e-8, 1), "torch.renorm": lambda: (v(2, 2), 2, 0, 0.3),
    "torch.cosine_embedding_loss": lambda: (v(2, 2), v(2, 2), torch.tensor([1.0, -1.0])),
    "torch.nn.functional.cosine_embedding_loss": lambda: (v(2, 2), v(2, 2), torch.tensor([1.0, -1.0])),
    "torch.nn.functional.bilinear": lambda: (v(1, 2), v(1, 2), v(1, 2, 2)),
    "torch.bilinear": lambda: (v(1, 2), v(1, 2), v(1, 2, 2), None),
    "torch.nn.functional.fold": lambda: (v(1, 4, 4), (3, 3), 2),
    "torch.nn.functional.fractional_max_pool2d": lambda: (v(1, 3, 3), 2, (2, 2)),
    "torch.nn.functional.fractional_max_pool2d_with_indices": lambda: (v(1, 3, 3), 2, (2, 2)),
    "torch.nn.functional.fractional_max_pool3d": lambda: (v(1, 2, 2, 2), 1, (2, 2, 2)),
    "torch.nn.functional.fractional_max_pool3d_with_indices": lambda: (v(1, 2, 2, 2), 1, (2, 2, 2)),
    "torch.nn.functional.lp_pool1d": lambda: (v(1, 1, 4), 2, 2),
    "torch.nn.functional.lp_pool2d": lambda: (v(1, 1, 2, 2), 2, 2),
    "torch.nn.functional.lp_pool3d": lambda: (v(1, 1, 2, 2, 2), 2, 2),
    "torch.nn.functional.max_unpool1d": lambda: (v(1, 1, 2), torch.tensor([[[0, 3]]]), 2),
    "torch.nn.functional.max_unpool2d": lambda: (v(1, 1, 1, 1), torch.tensor([[[[2]]]]), 2),
    "torch.nn.functional.max_unpool3d": lambda: (v(1, 1, 1, 1, 1), torch.tensor([[[[[2]]]]]), 2),
    "torch.nn.functional.multi_head_attention_forward": None,
    "torch.nn.functional.multi_margin_loss": lambda: (v(2, 3), torch.tensor([0, 2])),
    "torch.nn.functional.multilabel_margin_loss": lambda: (v(1, 3), torch.tensor([[0, -1, 0]])),
    "torch.nn.functional.nll_loss": lambda: (v(2, 3), torch.tensor([0, 2])),
    "torch.nn.functional.pad": lambda: (v(3), (1, 1), "constant", 0.5),
    "torch.nn.functional.soft_margin_loss": lambda: (v(3), torch.tensor([1.0, -1.0, 1.0])),
    "torch.nn.functional.hinge_embedding_loss": lambda: (v(3), torch.tensor([1.0, -1.0, 1.0])),
    "torch.hinge_embedding_loss": lambda: (v(3), torch.tensor([1.0, -1.0, 1.0])),
    "torch.nn.functional.multilabel_soft_margin_loss": lambda: (v(1, 3), torch.tensor([[1.0, 0.0, 1.0]])),
    "torch.conv2d": lambda: (v(1, 1, 3, 3), v(1, 1, 2, 2)),
    "torch.nn.functional.conv2d": lambda: (v(1, 1, 3, 3), v(1, 1, 2, 2), v(1)),
    "torch.convolution": lambda: (v(1, 1, 3), v(1, 1, 2), None, [1], [0], [1], False, [0], 1),
    "torch.take": lambda: (v(3), torch.tensor([0, 2])), "torch.unsafe_split_with_sizes": lambda: (v(3), [1, 2]),
    "torch.index_add": lambda: (v(3), 0, torch.tensor([0, 2]), v(2)),
    "torch.scatter_add": lambda: (v(3), 0, torch.tensor([0, 2]), v(2)),
    "torch.unfold_copy": lambda: (v(4), 0, 2, 1), "torch.istft": None, "torch.stft": None,
    "torch.kl_div": lambda: (v(3).log(), v(3)), "torch.nn.functional.grouped_mm": None,
}  # fmt: skip


def tensors(result):
    return [t for t in (result if isinstance(result, tuple | list) else [result]) if isinstance(t, torch.Tensor)]


def reduced(f):
    """Return a function whose result is one number, to which every element contributes differently."""

    def g(*args):
        total = 0.0
        for t in tensors(f(*args)):
            if t.is_floating_point() and t.requires_grad:
                t = t.to_dense() if t.layout != torch.strided else t
                total = total + (t * torch.linspace(0.7, 1.9, t.numel(), dtype=t.dtype).reshape(t.shape)).sum()
        return total

    return g


def is_differentiated(f, args):
    """Return whether a function has a gradient at arguments, finite and not 0 everywhere."""
    try:
        y = reduced(f)(*args)
        leaves = [t for a in args for t in tensors(a) if t.requires_grad]
        found = torch.autograd.grad(y, leaves, allow_unused=True)
    except Exception:
        return False
    return math.isfinite(y) and any(g is not None and g.isfinite().all() and g.any() for g in found)


@cache
def functions():
    """Return for each function, by its name, what makes arguments for it."""
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for space, module in SPACES.items():
            for name in sorted(dir(module)):
                f, full = getattr(module, name), f"{space}.{name}"
                if SETTING.match(name) or name.endswith("_") or not callable(f) or isinstance(f, type):
                    continue
                if not str(getattr(f, "__module__", None) or "torch").startswith("torch") or "symbolic" in str(
                    f.__module__
                ):
                    continue
                for make in [EXAMPLES[full]] if full in EXAMPLES else TEMPLATES:
                    torch.manual_seed(0)
                    if make and is_differentiated(f, make()):
                        found[full] = f, make
                        break
    return found


def expanded(f, make):
    """Return the Value of a function, and that of PyTorch."""
    from autograd import adopt

    torch.manual_seed(0)
    args = make()
    torch.manual_seed(1)
    ours = adopt(reduced(f), args, names={})
    torch.manual_seed(1)
    return ours, float(reduced(f)(*args))


def single_nodes(root):
    """Return the names of the operations under a Value that are no rows."""
    from autograd.engine import nodes_in_order

    return Counter(node.op.name for node in nodes_in_order(root) if node.op and node.op.name.startswith("ƒ"))


def ours_and_theirs(f, *inputs):
    """Return the root of ours, and for both sides the value with the gradients by every input."""
    from autograd import adopt
    from autograd.engine import nodes_in_order

    root = adopt(f, inputs)
    copies = [x.detach().clone().requires_grad_(x.requires_grad) if x.is_floating_point() else x for x in inputs]
    y = f(*copies)
    y.backward()
    leaves = {v.label: v for v in nodes_in_order(root) if v.op is None}
    root.backward()
    ours, theirs = [root.data], [y.item()]
    for name, x in zip(f.__code__.co_varnames, copies, strict=False):
        if x.requires_grad:
            grads = torch.zeros_like(x) if x.grad is None else x.grad
            for place in (
                torch.cartesian_prod(*map(torch.arange, x.shape)).reshape(-1, x.ndim).tolist() if x.ndim else [[]]
            ):
                label = name + "".join(f"[{i}]" for i in place)
                ours.append(leaves[label].grad if label in leaves else 0.0)
                theirs.append(grads[tuple(place)].item())
    return root, ours, theirs


if __name__ == "__main__":
    counts = Counter()
    for name, (f, make) in functions().items():
        try:
            ours, theirs = expanded(f, make)
            wrong = "" if abs(ours.data - theirs) <= 1e-9 * max(1, abs(theirs)) else f" WRONG {ours.data} {theirs}"
            kind = "one node" if single_nodes(ours) else "rows"
            if kind == "one node" or wrong:
                print(name, dict(single_nodes(ours)), wrong)
        except Exception as error:
            kind = "refused"
            print(name, type(error).__name__, str(error)[:150])
        counts[kind] += 1
    print(dict(counts))
