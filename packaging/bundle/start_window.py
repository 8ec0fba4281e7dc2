"""``maskwright``: the window; with the name of a command, the same as ``maskwright-cli``."""

from multiprocessing import freeze_support

if __name__ == "__main__":
    freeze_support()  # before all else: a child of multiprocessing would start the app again
    import sys

    has_console = sys.stderr is not None
    from starting import prepare

    prepare()
    from segmenter.cli.main import COMMANDS, main

    if has_console or (sys.argv[1:] and sys.argv[1] in COMMANDS):
        sys.exit(main())
    # Nobody would see a sentence on a console: the window itself says what is wrong.
    from gui.app import main as open_window

    sys.exit(open_window())
