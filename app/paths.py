"""Where the parts of the checkout lie that the application reads."""

from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
MIGRATIONS = CHECKOUT / "migrations"
TRANSLATIONS = CHECKOUT / "translations"
BUILT = CHECKOUT / "app" / "static" / "dist"
