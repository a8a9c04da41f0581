"""Who takes part: each contestant turns a workload into a function that does the whole training.

What belongs to the preparation and not to the training (copying to tensors, compiling) is done
before. The peers are in their best form: PyTorch by index with fused Adam, JAX with all epochs
in one compiled function.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.workloads import Workload

__all__ = ["CONTESTANTS", "Training"]

Training = Callable[[], object]


def errorest_engine(workload: Workload) -> Training:
    """Return a training by one call at the engine's seam."""
    from errorest import engine
    from errorest.maths import ACTIVATIONS, Adam, binary_cross_entropy, cross_entropy
    from errorest.network import Network

    X, classes = workload.data()
    is_binary = workload.n_outputs == 1
    targets = classes.astype(np.float32 if is_binary else np.int32)
    network = Network.build(
        workload.n_features,
        workload.hidden,
        workload.n_outputs,
        activation=ACTIVATIONS[workload.activation],
        loss=binary_cross_entropy if is_binary else cross_entropy,
        seed=0,
        dtype=np.float32,
    )
    rates = np.full((workload.n_epochs, workload.n_batches), workload.learning_rate)
    optimizer = Adam()
    moments = optimizer.start(network.parameters)
    return lambda: engine.train_epochs(
        network,
        moments,
        X,
        targets,
        optimizer=optimizer,
        steps=engine.Steps(rates, workload.batch_size),
    )


def errorest_estimator(workload: Workload) -> Training:
    """Return a fit of our own estimator: the same work, with all that surrounds it."""
    from errorest import LogisticRegression, MLPClassifier

    X, classes = workload.data()
    shared: dict[str, Any] = {
        "solver": "adam",
        "batch_size": workload.batch_size,
        "learning_rate_init": workload.learning_rate,
        "max_iter": workload.n_epochs,
        "n_iter_no_change": workload.n_epochs,
        "random_state": 0,
    }
    if workload.hidden:
        mlp = MLPClassifier(workload.hidden, activation=workload.activation, alpha=0, **shared)
        return lambda: mlp.fit(X, classes)
    line = LogisticRegression(C=np.inf, **shared)
    return lambda: line.fit(X, classes)


def multiply_adds(workload: Workload) -> Training:
    """Return no training, but its arithmetic at the processor's peak: as fast as it could be."""
    from errorest.engine.compiled import best_engine

    engine = best_engine()
    if engine is None:
        sys.exit("the compiled engine is not built")
    return lambda: engine.multiply_and_add(workload.flops)


def scikit_learn(workload: Workload) -> Training:
    """Return a fit of the estimator that a user of scikit-learn would take."""
    from sklearn.linear_model import LogisticRegression, SGDClassifier
    from sklearn.neural_network import MLPClassifier

    X, classes = workload.data()
    if workload.name == "line":
        estimator: Any = LogisticRegression()
    elif not workload.hidden:
        estimator = SGDClassifier(
            loss="log_loss", penalty=None, max_iter=workload.n_epochs, tol=None
        )
    else:
        estimator = MLPClassifier(
            workload.hidden,
            activation=workload.activation,
            alpha=0,
            batch_size=workload.batch_size,
            learning_rate_init=workload.learning_rate,
            max_iter=workload.n_epochs,
            n_iter_no_change=workload.n_epochs,
            random_state=0,
        )
    return lambda: estimator.fit(X, classes)


def pytorch(workload: Workload) -> Training:
    """Return a loop over index batches."""
    import torch
    from torch import nn
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

    X, classes = (torch.from_numpy(array) for array in workload.data())
    is_binary = workload.n_outputs == 1
    targets = classes.float()[:, None] if is_binary else classes
    loss_of = binary_cross_entropy_with_logits if is_binary else cross_entropy

    def train() -> None:
        layers: list[nn.Module] = []
        for n_in, n_out in zip(workload.sizes, workload.sizes[1:], strict=False):
            layers += [
                nn.Linear(n_in, n_out),
                nn.ReLU() if workload.activation == "relu" else nn.Tanh(),
            ]
        model = nn.Sequential(*layers[:-1])
        optimizer = torch.optim.Adam(model.parameters(), lr=workload.learning_rate, fused=True)
        for _ in range(workload.n_epochs):
            for rows in torch.randperm(len(X)).split(workload.batch_size):
                optimizer.zero_grad()
                loss_of(model(X[rows]), targets[rows]).backward()
                optimizer.step()

    return train


def jax(workload: Workload) -> Training:
    """Return all epochs as one compiled function."""
    import jax
    import jax.numpy as jnp

    X, classes = (jnp.asarray(array) for array in workload.data())
    is_binary = workload.n_outputs == 1
    activation = jax.nn.relu if workload.activation == "relu" else jnp.tanh
    n_full = workload.n_samples // workload.batch_size * workload.batch_size
    beta_1, beta_2, epsilon = 0.9, 0.999, 1e-8

    rng = np.random.default_rng(0)
    start = [
        (jnp.asarray(rng.normal(0, n_in**-0.5, (n_in, n_out)), jnp.float32), jnp.zeros(n_out))
        for n_in, n_out in zip(workload.sizes, workload.sizes[1:], strict=False)
    ]

    def loss_of(parameters: Any, rows: Any) -> Any:
        outputs = X[rows]
        for weights, biases in parameters[:-1]:
            outputs = activation(outputs @ weights + biases)
        weights, biases = parameters[-1]
        logits = outputs @ weights + biases
        if is_binary:
            z = logits[:, 0]
            return jnp.mean(jax.nn.softplus(z) - classes[rows] * z)
        own = jnp.take_along_axis(logits, classes[rows][:, None], axis=1)[:, 0]
        return jnp.mean(jax.nn.logsumexp(logits, axis=1) - own)

    def step(state: Any, rows: Any) -> Any:
        parameters, means, squares, n_steps = state
        loss, gradient = jax.value_and_grad(loss_of)(parameters, rows)
        n_steps = n_steps + 1
        tree = jax.tree.map
        means = tree(lambda m, g: beta_1 * m + (1 - beta_1) * g, means, gradient)
        squares = tree(lambda s, g: beta_2 * s + (1 - beta_2) * g * g, squares, gradient)
        rate = workload.learning_rate / (1 - beta_1**n_steps)
        unbias = 1 / (1 - beta_2**n_steps)
        parameters = tree(
            lambda p, m, s: p - rate * m / (jnp.sqrt(s * unbias) + epsilon),
            parameters,
            means,
            squares,
        )
        return (parameters, means, squares, n_steps), loss

    def epoch(state: Any, key: Any) -> Any:
        order = jax.random.permutation(key, workload.n_samples)
        full = order[:n_full].reshape(-1, workload.batch_size)
        state, _ = jax.lax.scan(step, state, full)
        return step(state, order[n_full:]) if n_full < workload.n_samples else (state, None)

    @jax.jit
    def train(parameters: Any) -> Any:
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        keys = jax.random.split(jax.random.key(0), workload.n_epochs)
        return jax.lax.scan(epoch, (parameters, zeros, zeros, 0.0), keys)

    return lambda: jax.block_until_ready(train(start))


CONTESTANTS: dict[str, Callable[[Workload], Training]] = {
    "errorest": errorest_engine,
    "errorest fit": errorest_estimator,
    "multiply-adds": multiply_adds,
    "scikit-learn": scikit_learn,
    "PyTorch": pytorch,
    "JAX": jax,
}
