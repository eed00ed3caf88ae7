"""Functions with forward and backward, as they are pasted from PyTorch, that several tests share."""

from autograd import Function


class Exp(Function):
    """The example of PyTorch's documentation."""

    @staticmethod
    def forward(ctx, i):
        result = i.exp()
        ctx.save_for_backward(result)
        return result

    @staticmethod
    def backward(ctx, grad_output):
        (result,) = ctx.saved_tensors
        return grad_output * result


class Power(Function):
    @staticmethod
    def forward(x, n, mode):
        return x**n

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.n, ctx.mode = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * ctx.n * x ** (ctx.n - 1), None, None


class Polar(Function):
    @staticmethod
    def forward(ctx, r, t):
        ctx.save_for_backward(r, t)
        return r * t.cos(), r * t.sin()

    @staticmethod
    def backward(ctx, gx, gy):
        r, t = ctx.saved_tensors
        return gx * t.cos() + gy * t.sin(), gy * r * t.cos() - gx * r * t.sin()


def make(forward=lambda ctx, x: x * 1.0, backward=lambda ctx, g: g):
    return type("Own", (Function,), {"forward": staticmethod(forward), "backward": staticmethod(backward)})
