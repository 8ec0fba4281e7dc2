"""The two exceptions that are not bugs."""


class MaskwrightError(Exception):
    """Something a person can cause and mend; its text is one sentence for them.

    It says what happened, to which file, and what can be done. The window shows it as it
    is; the command line prints it on one line of stderr and exits with 1.
    """


class Cancelled(Exception):  # noqa: N818 - not an error
    """A person pressed Cancel: unwinds the work, is never shown as an error."""
