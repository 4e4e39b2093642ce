"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
"""CI runs the same examples every time; elsewhere each run tries new ones."""
if os.environ.get("CI"):
    settings.load_profile("ci")
