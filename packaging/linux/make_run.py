"""Makes ``dist/maskwright_<version>_x86_64.run`` of a bundle: installs below the user's home.

python packaging/linux/make_run.py --bundle dist/maskwright --out dist [--compression fast]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from linux.package_command import run
from linux.run_file import COMPRESSIONS, make_run

if __name__ == "__main__":
    sys.exit(run(make_run, COMPRESSIONS, __doc__))
