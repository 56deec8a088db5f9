"""What changed between two notebooks: nbdime's text for `{"before", "after"}` on standard input."""

import io
import json
import sys

if __name__ == "__main__":
    # Run as a file, which doesn't load the package; its neighbours are no modules of their own.
    sys.path.pop(0)

# A checker of web addresses that comes with nbformat: it takes seconds to load, and a comparison has no use for it.
sys.modules["rfc3987_syntax"] = None

from nbdime import diff_notebooks  # noqa: E402
from nbdime.prettyprint import PrettyPrintConfig, pretty_print_diff  # noqa: E402
from nbformat import from_dict  # noqa: E402


def text_of(before: dict, after: dict) -> str:
    """Changed cells, sources, outputs and metadata, line by line; no colours, no external programs."""
    before, after = from_dict(before), from_dict(after)
    out = io.StringIO()
    config = PrettyPrintConfig(out=out, use_color=False, use_git=False, use_diff=False)
    pretty_print_diff(before, diff_notebooks(before, after), "", config)
    return out.getvalue()


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    sys.stdout.write(text_of(asked["before"], asked["after"]))
