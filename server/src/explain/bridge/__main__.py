"""Entry point of the bridge: `python -B <this folder>`.

Keeps to syntax that every Python understands, so that one that is too old can say so.
"""
import sys

if sys.version_info < (3, 8):
    sys.stdout.write(
        '{"id": 0, "error": {"kind": "interpreter", "message": "Python 3.8 or newer is needed, this is %d.%d"}}\n'
        % sys.version_info[:2]
    )
    sys.exit(1)

here = sys.path.pop(0)
sys.path.insert(0, here)
from queryscope_bridge.server import main  # noqa: E402

sys.path.remove(here)
main()
