"""The files of the demo world, brought in the way of every upload: the blob first, then its row."""

from sqlalchemy.orm import Session

from app import storage
from app.authz import Actor
from app.demo.story import DATA
from app.files import actions
from app.files.models import Upload
from app.files.queries import upload_of
from app.files.whole import make_whole


def upload(session: Session, actor: Actor, name: str) -> Upload:
    """A whole upload of a file of the story, for whoever brings it."""
    content = (DATA / "files" / name).read_bytes()
    begun = actions.begin(session, actor=actor, name=name, size=len(content), most=len(content))
    blobs = storage.current()
    with blobs.receiving(begun.scope, begun.token, taken=0) as part:
        blobs.append(part, [content], taken=0)
        # Nobody scans what the product itself brings.
        whole = make_whole(blobs, scope=begun.scope, token=begun.token, name=name, clamd="")
    actions.advance(session, begun, actor=actor, received=len(content), whole=whole)
    return upload_of(session, actor, begun.token)
