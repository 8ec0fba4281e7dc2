"""Makes ``dist/maskwright_<version>_amd64.deb`` of a bundle.

python packaging/linux/make_deb.py --bundle dist/maskwright --out dist [--compression fast]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from linux.deb import COMPRESSIONS, make_deb
from linux.package_command import run

if __name__ == "__main__":
    sys.exit(run(make_deb, COMPRESSIONS, __doc__))
