"""``python -m segmenter.cli``: the command line where no ``maskwright`` is on the PATH."""

import sys

from segmenter.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
