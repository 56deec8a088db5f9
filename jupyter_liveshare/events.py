"""What is said on Jupyter Server's event bus, which all pages of the server hear: nothing that names anything."""

SHARES = {
    "$id": "https://pypi.org/project/jupyter-liveshare/events/shares",
    "version": "1",
    "title": "Shares changed",
    "description": "There are other shares than before, or other accounts in them. Pages ask for what they may see.",
    "personal-data": False,
    "type": "object",
    "properties": {},
    "additionalProperties": False,
}


def register(logger) -> None:
    """Make the events known, once a server."""
    if SHARES["$id"] not in logger.schemas:
        logger.register_event_schema(SHARES)
