"""The dialogs of the class panel: merging, and deleting a class that is used."""
