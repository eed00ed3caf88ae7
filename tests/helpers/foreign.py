"""Labels of strangers, and traces that were changed."""

import json

from autograd import Trace

HOSTILE = [
    "</svg><script>alert(1)</script>", "<b>bold</b>", "a|b{c}<d>", 'quo"te\'s', "back\\slash\\n", "new\nline",
    "javascript:alert(1)", "&amp;", "🙂", "שלום", "\x00\x1b[31m", "%s{0}", "<", "]]>", "a:b:c",
]  # fmt: skip


def changed(found, edit):
    """Return a trace whose JSON was edited."""
    plain = json.loads(found.to_json())
    edit(plain)
    return Trace.from_json(json.dumps(plain))
