"""/<shell>/profile/picture: a strange file comes in, a picture of our own making goes out (PROF-02, SEC-43, SEC-45)."""

import hashlib
import io
import random
import struct
import zlib

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.accounts import pictures
from app.accounts.actions import picture as actions
from app.accounts.models import UserPicture
from app.authz import Forbidden
from app.journal import JournalEvent
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories.own_account import image_file, set_own_picture

PICTURE = "/cs/profile/picture"
RED, BLUE = (200, 30, 30), (20, 40, 220)
SECRET = "canary of the camera"


def upload(client: InspectingClient, content: bytes, name: str = "face.png", base: str = "/cs") -> Page:
    """Send a file as the form of the profile does."""
    return send(client, f"{base}/profile/picture", content, name, csrf_token=client.token(f"{base}/login"))


def send(client: InspectingClient, path: str, content: bytes, name: str = "a.png", **fields: str) -> Page:
    """Post a file; the body is made in memory, where the test client would leave a file behind."""
    told = {**fields, "picture": FileStorage(io.BytesIO(content), name)}
    boundary, body = encode_multipart(told)
    return client.fetch("POST", path, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def stored_picture(session: Session, name: str) -> bytes | None:
    chosen = select(UserPicture.content).where(UserPicture.user_id == cast.person(session, name).id)
    return session.scalar(chosen)


def drawn(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def as_file(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that promises more than it holds."""

    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", head)
        + part(b"IDAT", zlib.compress(b"\0" * 64))
        + part(b"IEND", b"")
    )


@pytest.mark.req("PROF-02", "SEC-43")
@pytest.mark.parametrize(
    ("kind", "name"),
    [("PNG", "a.png"), ("PNG", "A.PNG"), ("JPEG", "a.jpg"), ("JPEG", "写真.JPEG"), ("GIF", "a.gif")],
)
@pytest.mark.parametrize(("person", "base"), [("hanako", "/cs"), ("agent", "/console")])
def test_it_becomes_a_small_square_picture_of_our_own_making(
    signed_in: SignedIn, stored: Stored, kind: str, name: str, person: str, base: str
) -> None:
    client = signed_in(person)
    answer = upload(client, image_file(kind, colour=RED, size=(400, 300)), name, base)
    assert (answer.status, answer.location) == (303, f"{base}/profile")
    page = client.get(answer.location)
    assert "画像を保存しました。" in page.words()
    content = stored(lambda session: stored_picture(session, person))
    image = drawn(content)
    assert (image.format, image.size, image.mode) == ("WEBP", (256, 256), "RGB")
    got = client.get(f"{base}/profile/picture?v={hashlib.sha256(content).hexdigest()}")
    assert got.answer.get_data() == content


@pytest.mark.req("PROF-02", "SEC-43", "SEC-45")
def test_nothing_but_what_can_be_seen_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = SECRET, 6
    image = Image.new("RGB", (400, 200), "white")
    image.paste(RED, (0, 0, 200, 200))
    for kind, name in (("JPEG", "a.jpg"), ("PNG", "a.png")):
        content = as_file(image, kind, exif=exif, comment=SECRET) + SECRET.encode()
        assert SECRET.encode() in content
        made = pictures.square(content, name)
        assert SECRET.encode() not in made
        assert not drawn(made).getexif()
        top, bottom = drawn(made).getpixel((128, 20)), drawn(made).getpixel((128, 235))
        assert (top[1] < 60, bottom[1] > 200) == (True, True), "it stands upright, as the camera meant it"  # type: ignore[index]  # RGB has three.


@pytest.mark.req("SEC-43")
def test_of_an_animation_the_first_frame_is_left() -> None:
    frames = [Image.new("RGB", (30, 30), colour) for colour in (BLUE, RED, RED)]
    made = drawn(pictures.square(as_file(frames[0], "GIF", save_all=True, append_images=frames[1:]), "a.gif"))
    assert getattr(made, "n_frames", 1) == 1
    assert made.convert("RGB").getpixel((9, 9))[2] > 180  # type: ignore[index]  # As above.


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read_and_what_is_transparent_is_white(mode: str) -> None:
    made = drawn(pictures.square(as_file(Image.new(mode, (20, 30)), "PNG"), "a.png"))
    seen = made.convert("RGB").getpixel((9, 9))
    assert seen == ((255, 255, 255) if mode in {"LA", "RGBA"} else (0, 0, 0))


NO_PICTURES = {
    "an svg with its own name": (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "a.svg",
    ),
    "an svg called png": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png"),
    "html called gif": (b"<!DOCTYPE html><script>alert(1)</script>", "a.gif"),
    "html behind the sign of a gif": (b"GIF89a/*<script>alert(1)</script>*/", "a.gif"),
    "a png called jpg": (image_file("PNG"), "a.jpg"),
    "a jpeg called png": (image_file("JPEG"), "a.png"),
    "a png without a name to speak of": (image_file("PNG"), "face"),
    "a png with two endings": (image_file("PNG"), "a.png.html"),
    "a bmp": (image_file("BMP"), "a.bmp"),
    "a webp called png": (image_file("WEBP"), "a.png"),
    "a tiff called jpg": (image_file("TIFF"), "a.jpg"),
    "a pdf": (b"%PDF-1.7\n", "a.pdf"),
    "nothing": (b"", "a.png"),
    "one byte": (b"\x89", "a.png"),
    "half a png": (image_file("PNG", size=(300, 300))[:200], "a.png"),
    "half a jpeg": (image_file("JPEG", size=(900, 900))[:2_000], "a.jpg"),
    "half a gif": (image_file("GIF", size=(300, 300))[:40], "a.gif"),
    "a png of no size": (png_of(0, 0), "a.png"),
    "more than there is": (png_of(300, 300), "a.png"),
}


@pytest.mark.req("SEC-45", "SEC-43", "PROF-02")
@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_sound_picture_of_its_name_is_refused(
    signed_in: SignedIn, untouched: Untouched, what: str
) -> None:
    client = signed_in("hanako")
    client.token()
    with untouched():
        answer = upload(client, *NO_PICTURES[what])
    assert answer.status == 422
    assert "PNG、JPEG、GIF" in answer.error_at("picture")


@pytest.mark.req("SEC-45")
@pytest.mark.parametrize(
    ("width", "height"), [(60_000, 60_000), (10_000, 10_000), (50_001, 1_000), (2**31 - 1, 2**31 - 1)]
)
def test_a_bomb_is_refused_before_it_is_read(
    signed_in: SignedIn, untouched: Untouched, width: int, height: int
) -> None:
    client = signed_in("hanako")
    with untouched():
        answer = upload(client, png_of(width, height))
    assert answer.status == 422
    assert "5,000万画素" in answer.error_at("picture")


@pytest.mark.req("SEC-45")
def test_fifty_megapixels_are_read_and_one_line_more_is_not() -> None:
    made = pictures.square(as_file(Image.new("1", (10_000, 5_000), 1), "PNG"), "a.png")
    assert drawn(made).size == (256, 256)
    with pytest.raises(pictures.PictureTooWide):
        pictures.square(as_file(Image.new("1", (10_000, 5_001), 1), "PNG"), "a.png")


@pytest.mark.req("PROF-02", "SEC-39")
@pytest.mark.parametrize(("more", "fits"), [(-1, True), (0, True), (1, False)])
def test_five_megabytes_fit_and_one_byte_more_does_not(signed_in: SignedIn, more: int, *, fits: bool) -> None:
    face = image_file("JPEG")
    answer = upload(signed_in("hanako"), face + b"\0" * (pictures.LARGEST_FILE - len(face) + more), "a.jpg")
    assert answer.status == (303 if fits else 422)
    if not fits:
        assert "5 MB" in answer.error_at("picture")


@pytest.mark.req("PROF-02", "SEC-39")
def test_far_too_much_is_said_at_the_field_as_well(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    client.token()
    with untouched():
        answer = upload(client, b"x" * (pictures.LARGEST_FILE + 2_000_000))
    assert (answer.status, answer.location) == (303, "/cs/profile?picture=too-large")
    assert "5 MB" in client.get(answer.location).error_at("picture")


@pytest.mark.req("SEC-39")
@pytest.mark.parametrize(
    "path",
    ["/cs/profile/about", "/cs/profile/mail", "/cs/profile/picture/removal", "/console/profile/settings"],
)
def test_no_other_form_takes_more_than_before(signed_in: SignedIn, path: str) -> None:
    client = signed_in("hanako")
    assert send(client, path, b"x" * 1_100_000, csrf_token=client.token()).status == 413


@pytest.mark.req("PROF-02")
def test_without_a_file_it_asks_for_one(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    token = client.token()
    with untouched():
        for fields in ({}, {"picture": "text"}, {"picture": (io.BytesIO(b""), "")}):
            answer = client.post(PICTURE, {"csrf_token": token, **fields}, content_type="multipart/form-data")
            assert answer.status == 422
            assert answer.error_at("picture")


@pytest.mark.req("SEC-43")
def test_it_is_served_to_its_owner_as_a_picture_that_can_do_nothing_else(
    signed_in: SignedIn, given: Given
) -> None:
    found = given(set_own_picture, "hanako")
    client = signed_in("hanako")
    headers = client.get(f"{PICTURE}?v={found}").answer.headers
    assert headers["Content-Type"] == "image/webp"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]
    assert headers["Content-Disposition"].startswith("inline")
    assert headers["Cache-Control"] == "private, max-age=86400"
    assert headers["ETag"] == f'"{found}"'
    assert "Cookie" in headers["Vary"]


@pytest.mark.req("SEC-43", "SEC-23")
def test_who_has_it_already_is_told_so_and_any_other_address_is_asked_again(
    signed_in: SignedIn, given: Given
) -> None:
    found = given(set_own_picture, "hanako")
    client = signed_in("hanako")
    same = client.get(f"{PICTURE}?v={found}", headers={"If-None-Match": f'"{found}"'})
    assert (same.status, same.answer.get_data()) == (304, b"")
    assert client.get(PICTURE, headers={"If-None-Match": '"other"'}).status == 200
    for path in (PICTURE, f"{PICTURE}?v=other", f"{PICTURE}?v="):
        assert client.get(path).answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.req("SEC-26", "SEC-43")
def test_one_persons_picture_is_never_served_to_another(
    signed_in: SignedIn, given: Given, client: InspectingClient
) -> None:
    hanakos, taros = given(set_own_picture, "hanako"), given(set_own_picture, "taro")
    owner, colleague, nobody = signed_in("hanako"), signed_in("taro"), signed_in("alice")
    assert hanakos != taros
    content = owner.get(f"{PICTURE}?v={hanakos}").answer.get_data()
    for visitor in (colleague, nobody, signed_in("agent"), client):
        for base in ("/cs", "/fm", "/console"):
            answer = visitor.get(
                f"{base}/profile/picture?v={hanakos}", headers={"If-None-Match": f'"{hanakos}"'}
            )
            assert answer.answer.get_data() != content
            assert answer.status != 304
    missing = nobody.get(f"{PICTURE}?v={hanakos}")
    assert missing.status == 404
    assert missing.answer.get_data() == nobody.get("/cs/cases/CS9999999").answer.get_data()


@pytest.mark.req("PROF-02")
def test_a_new_picture_takes_the_place_of_the_old_one_and_can_be_removed(
    signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    client = signed_in("hanako")
    for colour in (RED, BLUE):
        upload(client, image_file(colour=colour))
    seen = drawn(stored(lambda session: stored_picture(session, "hanako"))).convert("RGB").getpixel((9, 9))
    assert seen[2] > 180  # type: ignore[index]  # As above.
    with untouched():
        upload(client, image_file(colour=BLUE))
    page = client.get("/cs/profile")
    assert client.submit(page, f"{PICTURE}/removal").location == "/cs/profile"
    assert stored(lambda session: stored_picture(session, "hanako")) is None
    page = client.get("/cs/profile")
    assert not page.styled("img", "avatar")
    assert not page.offers(f"{PICTURE}/removal")
    assert client.act(f"{PICTURE}/removal").status == 303
    kinds = stored(lambda session: list(session.scalars(select(JournalEvent.kind))))
    assert kinds.count("user.picture_set") == 3


@pytest.mark.req("SEC-45", "SEC-40")
def test_no_damage_to_a_file_is_a_fault_of_ours() -> None:
    chance = random.Random(20261121)  # noqa: S311 - the same damage each time
    sound = [(image_file(kind, size=(40, 30)), f"a.{kind.lower()}") for kind in ("PNG", "JPEG", "GIF")]
    for _ in range(1_500):
        content, name = chance.choice(sound)
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            made = pictures.square(bytes(damaged), name)
        except (pictures.NoPicture, pictures.PictureTooWide):
            continue
        assert drawn(made).size == (256, 256)


def test_nobody_sets_anothers_picture(session: Session) -> None:
    user, other = cast.person(session, "taro"), cast.actor_of(session, "hanako")
    with pytest.raises(Forbidden):
        actions.set_picture(session, user, actor=other, content=b"x")
    with pytest.raises(Forbidden):
        actions.remove_picture(session, user, actor=other)


@pytest.mark.req("SEC-36")
def test_a_large_file_without_the_token_is_refused(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    with untouched():
        assert send(client, PICTURE, b"x" * 3_000_000).status == 400
