"""The rows of the intake, of its settings at the desk, and of evidence packs."""

from tests.whole_app.rows import Row

ROWS: tuple[Row, ...] = (
    # Cookies count for nothing here: without a token everybody is a stranger, whoever they are elsewhere.
    *(
        Row(endpoint="intake.cases.bring_alert", method="POST", address=address, otherwise="401")
        for address in ("/intake/fm/alerts", "/intake/cs/alerts", "/intake/none/alerts")
    ),
)
