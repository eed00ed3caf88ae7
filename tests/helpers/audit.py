"""Give glassgrad files and names that are code, and fail if any of it is run: ``python audit.py KIND``.

It is a program of its own because an audit hook of Python stays until the process ends.
"""

import json
import sys
from pathlib import Path

import autograd
import nn
import viz
from autograd import Graph, Trace, Value
from viz.frontends import parse_expression

CODE = "__import__('os').system('echo pwned')"
EXPRESSIONS = (
    CODE,
    "x.__class__",
    "(lambda: x)()",
    "[x for x in x]",
    "f'{x}'",
    "(y := x)",
    "x[0]",
    "exp(*x)",
    "eval(x)",
)
FILE = Path("file.json")

#: What a process does when it runs code, loads code or pickles, or starts a program; see sys.addaudithook.
EVENTS = {
    "code.__new__", "ctypes.dlopen", "exec", "function.__new__", "import", "marshal.loads", "os.exec", "os.fork",
    "os.posix_spawn", "os.system", "pickle.find_class", "socket.__new__", "subprocess.Popen",
}  # fmt: skip  # in few lines


def load_graph(text):
    graph = Graph.from_json(text)
    autograd.evaluate(graph, {row.label: 1.0 for row in graph.rows if row.op is None}, Value)


def load_trace(text):
    found = Trace.from_json(text)
    viz.step(found).page()
    viz.graph(found, max_nodes=2).page()
    viz.table(found)
    viz.explain(found).latex()
    str(viz.to_graphviz(found).source)


def load_program(text):
    import numpy as np

    from autograd.replay import Program
    from autograd.replay.bind import Bound

    Bound(Program.from_json(text), 3)([np.ones(1)], [np.ones((3, 2))])


def load_model(text):
    FILE.write_text(text, encoding="utf-8")
    nn.restore(FILE, nn.MLP(2, [2, 1]))


def load_checkpoint(text):
    FILE.write_text(text, encoding="utf-8")
    train(resume=True)


def load_expression(text):
    parse_expression(text, {"x": 1.0})


LOADERS = {
    "checkpoint": load_checkpoint,
    "expression": load_expression,
    "graph": load_graph,
    "model": load_model,
    "program": load_program,
    "trace": load_trace,
}


def train(**options):
    data = [[0.0], [1.0]], [0.0, 1.0]
    quiet = {"checkpoint": FILE, "epochs": 2, "progress": False, "seed": 1, "metrics": {"rows": lambda out, y: len(y)}}
    nn.fit(nn.MLP(1, [2, 1]), data, loss=nn.mse, optimizer=nn.Adam, **quiet, **options)


def example(kind):
    """Return a file in which every key of the format occurs."""
    if kind == "program":
        import numpy as np

        step = autograd.compile(autograd.value_and_grad(lambda w, x: (w["a"] * x[0] + x[1]).tanh()), batch="x")
        step({"a": 1.0}, np.ones((3, 2)))
        return step.program.to_json()
    if kind == "model":
        nn.save(FILE, nn.MLP(2, [2, 1]))
    elif kind == "checkpoint":
        train()
    else:
        x, y = Value(2.0, label="x"), Value(3.0, label="y")
        x.scope = "part"
        found = autograd.trace(autograd.where(autograd.lt(x, y), x.log() * y, 1.5) + x)
        return found.to_json() if kind == "trace" else found.graph.to_json()
    return FILE.read_text(encoding="utf-8")


def places(data, path=()):
    """List the texts in plain data, keys and values, each with the path to it."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if isinstance(key, str):
            yield (*path, key), "key"
        if isinstance(value, str):
            yield (*path, key), "value"
        yield from places(value, (*path, key))


def edited(text):
    """Put the code in the place of each text of a file in turn, and of all values but the format at once."""
    found = list(places(json.loads(text)))
    values = [(path, what) for path, what in found if what == "value" and path != ("format",)]
    for chosen in [*([place] for place in found), values]:
        data = json.loads(text)
        for (*path, key), what in chosen:
            part = data
            for step in path:
                part = part[step]
            part[CODE if what == "key" else key] = part.pop(key) if what == "key" else CODE
        yield json.dumps(data)


def compile_named_by_code():
    """Record and compile functions of numbers and arguments that have code for names."""
    import numpy as np

    x, y = Value(2.0, label=CODE), Value(3.0, label=CODE)
    x.scope = CODE
    (x.atan() * y).backward()
    step = autograd.compile(autograd.value_and_grad(lambda w, x: (w[CODE][0] * x[CODE]).atan() * y), batch="x")
    for samples in (1, 1, 3, 3):
        step({CODE: [1.0, (2.0,)]}, {CODE: np.ones(samples)})


def main(kind):
    """Return the events that must not be, as a text for sys.exit, or 0."""
    watched, seen = False, []
    sys.addaudithook(lambda event, args: seen.append((event, args)) if watched else None)
    if kind == "names":
        watched = True
        compile_named_by_code()
        watched = False
        sources = [str(args[0]) for event, args in seen if event == "compile"]
        print(f"names: {len(sources)} sources compiled")
        return "\n".join(source for source in sources if "pwned" in source) or int(not sources)
    if kind == "expression":
        parse_expression("exp(x)", {"x": 1.0})  # compiles the rule
        texts = EXPRESSIONS
    else:
        text = example(kind)
        LOADERS[kind](text)  # imports what is imported on demand, and compiles the rules
        texts = list(edited(text))
    refused, watched = 0, True
    for text in texts:
        try:
            LOADERS[kind](text)
        except ValueError:
            refused += 1
    watched = False
    print(f"{kind}: {len(texts)} texts, {refused} refused")
    return "\n".join(str(event) for event in seen if event[0] in EVENTS) or int(not refused)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
