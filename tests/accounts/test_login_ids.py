"""The recommended user ID (CONTACT-06, FIRST-03)."""

import pytest

from app.accounts.login_ids import recommended_login_id


@pytest.mark.req("CONTACT-06", "FIRST-03")
@pytest.mark.parametrize(
    ("mail", "suffix", "expected"),
    [
        ("taro@example.com", ".cs", "taro@example.com.cs"),
        ("  taro@example.com ", ".cs", "taro@example.com.cs"),
        ("taro@example.com", "", "taro@example.com"),
        (37 * "a", ".cs", f"{37 * 'a'}.cs"),
        (38 * "a", ".cs", f"{37 * 'a'}.cs"),
        (64 * "a", ".cspm", f"{35 * 'a'}.cspm"),
        (41 * "a", "", 40 * "a"),
        ("", ".cs", ""),
    ],
)
def test_an_id_is_the_address_and_the_suffix_within_forty_characters(
    mail: str, suffix: str, expected: str
) -> None:
    assert recommended_login_id(mail, suffix) == expected
