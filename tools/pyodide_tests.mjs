// Run the core's tests in the browser's Python: node tools/pyodide_tests.mjs PYODIDE PACKAGES [options of pytest]
// PYODIDE is the folder of npm's package, PACKAGES one into which pip installed pytest and what else the tests import.
import { resolve, join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, packages, ...options] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")));
const python = await loadPyodide();
const root = resolve(import.meta.dirname, "..");
for (const [place, path] of [["/checkout", root], ["/packages", resolve(packages)]]) {
  python.FS.mkdirTree(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: path }, place);
}
const names = ["numbers", "table", "graph", "engine", "transforms", "custom", "test_browser.py"];
const parts = names.map((name) => join("tests/autograd", name));
python.globals.set("arguments", python.toPy([...parts, ...options]));
process.exitCode = python.runPython(`
import os, sys
os.chdir("/checkout")
sys.path[:0] = ["/checkout", "/packages"]
sys.dont_write_bytecode = True
import pytest
own = ["-o", "addopts=--import-mode=importlib --strict-markers -ra", "-p", "no:cacheprovider", "-q"]
quiet = ["-W", "ignore::hypothesis.errors.HypothesisWarning"]  # this Hypothesis is older than Python 3.14
int(pytest.main([*own, *quiet, *arguments]))
`);
