"""Where what an announcement says is read: its article's page in the portal (ANN-01, ANN-02)."""


def article_path(slug: str, number: str) -> str:
    """The path of an article in the portal of a service."""
    return f"/{slug}/knowledge/{number}"
