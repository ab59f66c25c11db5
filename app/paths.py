"""Where the parts of the checkout lie that the application reads."""

from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
MIGRATIONS = CHECKOUT / "migrations"
# What an alert looks like: the page for those who write programs is what the program checks by.
ALERT_SCHEMA = CHECKOUT / "docs" / "alerts" / "alert.schema.json"
TRANSLATIONS = CHECKOUT / "translations"
BUILT = CHECKOUT / "app" / "static" / "dist"
# The font of printed lists, laid there by the front end's build; the server reads it, no browser does.
FONTS = BUILT / "fonts"
