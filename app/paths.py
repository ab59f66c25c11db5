"""Where the parts of the checkout lie that the application reads."""

from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
MIGRATIONS = CHECKOUT / "migrations"
TRANSLATIONS = CHECKOUT / "translations"
BUILT = CHECKOUT / "app" / "static" / "dist"
# The font of printed lists, laid there by the front end's build; the server reads it, no browser does.
FONTS = BUILT / "fonts"
