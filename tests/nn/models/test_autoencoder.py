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
