"""The forms of the words that the desk teaches the search."""

from wtforms import HiddenField

from app.i18n import _, _l
from app.search import words
from app.search.models import WORD_LENGTH, SynonymGroup
from app.web.forms import VERSION, CreatingForm, LineField, TextField

LONGEST_GROUP = words.MOST_OF_GROUP * (WORD_LENGTH + 1)


class SynonymsForm(CreatingForm):
    """A group of words, one per line; carries the row's version where there is one (REL-05)."""

    version = HiddenField()
    words = TextField(_l("Words that mean the same, one per line"), most=LONGEST_GROUP, required=True)

    def fill(self, group: SynonymGroup) -> None:
        """Show a group as it is."""
        self.version.data, self.words.data = str(group.version), group.words

    def version_number(self) -> int:
        """The version the form was made from; 0, which is always stale, for anything but a number."""
        value = self.version.data or ""
        return int(value) if VERSION.fullmatch(value) else 0


class DictionaryWordForm(CreatingForm):
    """A word that stays whole."""

    word = LineField(_l("Word that stays whole"), most=WORD_LENGTH, required=True)


def refused_text(refused: words.WordsRefused) -> str:
    """What is wrong with words and what to do about it."""
    match refused:
        case words.TooFew():
            return _("Enter at least two words that differ, one per line.")
        case words.TooMany():
            return _("At most %(most)s words in a group.", most=words.MOST_OF_GROUP)
        case words.TooLong():
            return _(
                "“%(word)s” is too long: at most %(most)s characters.", word=refused.word, most=WORD_LENGTH
            )
        case words.Taken():
            return _("“%(word)s” is there already.", word=refused.word)
        case words.NoWord():
            return _("The search finds no word in “%(word)s”.", word=refused.word)
    return _("There is no room for more. Delete what is no longer needed.")
