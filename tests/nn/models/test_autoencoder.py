"""Autoencoder: pretraining layer by layer."""

import nn


def test_layerwise_pretraining_helps_and_touches_all_layers():
    X = [[float(i == k) for i in range(4)] for k in range(4)]
    model = nn.Autoencoder(4, [3, 2], init="xavier_uniform")
    before, scopes = model.state_dict(), [m.scope for _, m in model.named_modules()]

    def error():
        return nn.mse([model(x) for x in X], X).data

    untrained = error()
    losses = model.pretrain(X, optimizer=lambda ps: nn.Adam(ps, lr=0.05), epochs=60, progress=False)
    assert len(losses) == 2
    assert error() < 0.6 * untrained
    assert all(before[name] != x for name, x in model.state_dict().items())
    assert [m.scope for _, m in model.named_modules()] == scopes


def test_pretraining_ends_at_ctrl_c():
    model, calls = nn.Autoencoder(2, [2, 1]), []

    def interrupt(history):
        calls.append(len(history))
        raise KeyboardInterrupt

    X, options = [[0.0, 1.0], [1.0, 0.0]], {"optimizer": nn.SGD, "progress": False}
    assert len(model.pretrain(X, callbacks=[interrupt], **options)) == 1
    assert calls == [1]
    assert model.pretrain(X, epochs=0, **options) == []
