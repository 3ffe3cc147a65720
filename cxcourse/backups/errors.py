"""What can go wrong with a backup, in words for the person at the command line."""


class BackupError(Exception):
    """A backup could not be made or restored; the message names the reason and a remedy."""
