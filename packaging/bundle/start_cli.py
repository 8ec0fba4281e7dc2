"""``maskwright-cli``: the command line, on a console."""

from multiprocessing import freeze_support

if __name__ == "__main__":
    freeze_support()  # before all else: a child of multiprocessing would start the app again
    import sys

    from starting import prepare

    prepare()
    from segmenter.cli.main import main

    sys.exit(main())
