"""How hard Hypothesis tries: ``HYPOTHESIS_PROFILE=long pytest`` draws new and many more examples each time."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

collect_ignore = ["make_parity.py"]  # it needs torch, which the tests do not
