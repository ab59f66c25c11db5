"""The picture of the own profile: uploaded, shown to its owner, taken away (PROF-02, SEC-43)."""

from flask import make_response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app.accounts import pictures, queries
from app.accounts.actions import picture as actions
from app.accounts.forms.profile import PictureForm
from app.accounts.own import routes
from app.accounts.own.profile import TOO_LARGE, own_user, saved, show_profile, too_large
from app.authz import NotFound, Permission, requires
from app.extensions import db
from app.i18n import N_, _
from app.web import answers
from app.web.errors import error_page
from app.web.gate import actor
from app.web.incoming import takes_uploads
from app.web.transaction import split

# A picture of the size allowed, what a form adds to it, and room to say politely that one is a little too large.
LARGEST_REQUEST = pictures.LARGEST_FILE + 1_048_576
# Of a larger file so much is taken in before the answer; a photo of any camera is smaller.
MOST_THROWN_AWAY, CHUNK = 64 * 1_048_576, 65_536
ONE_DAY = 86_400
# Whoever opens the picture by itself gets a page that can do nothing (SEC-43).
POLICY = "default-src 'none'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; sandbox"


@routes.get("/profile/picture")
@requires(Permission.OWN_ACCOUNT)
def picture() -> Response:
    """The own picture; ``?v=`` holds its hash, so that the browser may keep what it has under that address."""
    found = queries.own_picture(db.session, actor())
    if found is None:
        raise NotFound
    response = make_response(found.content)
    response.mimetype = pictures.MIMETYPE
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Disposition"] = 'inline; filename="picture.webp"'
    response.cache_control.private = True
    if request.args.get("v") == found.content_hash:
        response.cache_control.max_age = ONE_DAY
    else:
        response.cache_control.no_cache = True
    response.set_etag(found.content_hash)
    return response.make_conditional(request)


@routes.post("/profile/picture")
@requires(Permission.OWN_ACCOUNT)
@takes_uploads(LARGEST_REQUEST)
def take_picture() -> Response:
    """Store an uploaded picture, drawn anew (SEC-45)."""
    form = PictureForm()
    uploaded = form.picture.data
    if not isinstance(uploaded, FileStorage) or not uploaded.filename:
        return _refuse(form, _("Choose a file first."))
    content = uploaded.read(pictures.LARGEST_FILE + 1)
    # Drawing may take a second; nobody else has to wait for the database meanwhile.
    split()
    try:
        drawn = pictures.square(content, uploaded.filename)
    except pictures.PictureTooLarge:
        return _refuse(form, too_large())
    except pictures.PictureTooWide:
        return _refuse(form, _("The picture has more than 50 million pixels. Choose a smaller one."))
    except pictures.NoPicture:
        return _refuse(form, _("This is not a PNG, JPEG or GIF picture, or the file is damaged."))
    user = own_user()
    actions.set_picture(db.session, user, actor=actor(), content=drawn)
    return saved(user, N_("Your picture was saved."))


@routes.post("/profile/picture/removal")
@requires(Permission.OWN_ACCOUNT)
def remove_picture() -> Response:
    """Go back to the initials."""
    user = own_user()
    actions.remove_picture(db.session, user, actor=actor())
    return saved(user, N_("Your picture was removed."))


@routes.errorhandler(RequestEntityTooLarge)
def say_too_large(_error: RequestEntityTooLarge) -> Response:
    """Say at the field that a file is far too large; such a request is refused before anybody knows whose it is."""
    if request.path.endswith("/profile/picture"):
        _let_it_arrive()
        return answers.see_other(f"{request.path.removesuffix('/picture')}?picture={TOO_LARGE}")
    return error_page(413)


def _let_it_arrive() -> None:
    """Take in what is still under way and forget it: a browser that is cut off while it sends shows no answer."""
    left = min(request.content_length or 0, MOST_THROWN_AWAY)
    while left > 0 and (part := request.environ["wsgi.input"].read(min(left, CHUNK))):
        left -= len(part)


def _refuse(form: PictureForm, text: str) -> Response:
    form.refuse(text)
    return show_profile(own_user(), status=422, picture=form)
