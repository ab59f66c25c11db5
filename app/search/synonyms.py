"""Words that mean the same: those of the desk (``SynonymGroup``) and a few of the field.

Synonyms are expanded when asking, never when indexing, so a change holds at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.search import analyzer
from app.search.models import SynonymGroup

# One group a line, its words divided by "|". Only words that stand for one another in every text of the field: 障害 is
# no 不具合, and a notebook no terminal.
OF_THE_FIELD = """
多要素認証|二要素認証|2要素認証|二段階認証|2段階認証|MFA|2FA|multi-factor authentication|two-factor authentication
シングルサインオン|SSO|single sign-on
パスワード|PW|PWD
ワンタイムパスワード|OTP|one-time password
仮想プライベートネットワーク|VPN|virtual private network
端末|デバイス
ログイン|ログオン|サインイン
ログアウト|ログオフ|サインアウト
login|log in|log on|logon|sign in|signin
logout|log out|log off|logoff|sign out|signout
メール|電子メール|Eメール
email|e-mail|mail
ウェブ|Web
Wi-Fi|WiFi|無線LAN
ファイアウォール|FW|firewall
スマートフォン|スマホ
パソコン|PC
オペレーティングシステム|OS
EDR|endpoint detection and response
CSPM|cloud security posture management
MDM|モバイルデバイス管理|mobile device management
SIEM|security information and event management
IDS|侵入検知システム|intrusion detection system
IPS|侵入防止システム|intrusion prevention system
WAF|ウェブアプリケーションファイアウォール|web application firewall
DDoS|分散型サービス拒否
IoC|侵害指標|indicator of compromise
SOC|セキュリティオペレーションセンター|security operation center
CSIRT|シーサート
IPアドレス|IP address
ホワイトリスト|許可リスト|allowlist|allow list|whitelist
ブラックリスト|拒否リスト|ブロックリスト|blocklist|block list|denylist|deny list|blacklist
アンチウイルス|ウイルス対策ソフト|antivirus|anti-virus
サービスレベル合意|SLA|service level agreement
ダウンロード|DL
アドミニストレーター|管理者|admin|administrator
"""

MOST_ALTERNATIVES = 16
Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups of words as the analyzer makes terms of them; each word's terms lead to its groups."""

    groups: tuple[tuple[Terms, ...], ...]
    by_terms: dict[Terms, tuple[int, ...]]
    longest: int

    def others(self, terms: Terms) -> Iterator[Terms]:
        """The words of all groups that the terms are in, without themselves."""
        for group in self.by_terms.get(terms, ()):
            yield from (word for word in self.groups[group] if word != terms)

    def alternatives(self, terms: Sequence[str]) -> list[Terms]:
        """What else may stand for the terms, as :func:`alternatives` says."""
        asked = tuple(terms)
        found: dict[Terms, None] = {}
        for length in range(min(len(asked), self.longest), 0, -1):
            for start in range(len(asked) - length + 1):
                for other in self.others(asked[start : start + length]):
                    found.setdefault(asked[:start] + other + asked[start + length :])
                    if len(found) > MOST_ALTERNATIVES:
                        break
        found.pop(asked, None)
        return list(found)[:MOST_ALTERNATIVES]


def alternatives(session: Session | None, terms: Sequence[str]) -> list[Terms]:
    """What else may stand for the terms of a typed word or phrase, nearest first, at most ``MOST_ALTERNATIVES``.

    ``terms`` are those of :func:`app.search.analyzer.asked`, and each alternative is a row of terms that follow one
    another. A synonym may stand for all of the terms or for some in a row: 多要素 認証 設定 gives mfa 設定. Without a
    session the words of the field alone count.
    """
    return load(session).alternatives(terms)


def load(session: Session | None) -> Synonyms:
    """The groups of the field and those that the desk keeps."""
    kept = session.scalars(select(SynonymGroup.words).order_by(SynonymGroup.id)).all() if session else []
    return _analyzed(tuple(kept), analyzer.fingerprint())


@lru_cache(maxsize=8)
def _analyzed(kept: tuple[str, ...], _fingerprint: str) -> Synonyms:
    groups: list[tuple[Terms, ...]] = []
    by_terms: dict[Terms, tuple[int, ...]] = {}
    written = [line.split("|") for line in OF_THE_FIELD.split("\n") if line]
    for words in [*written, *(lines.splitlines() for lines in kept)]:
        rows = [tuple(token.term for token in analyzer.asked(word)) for word in words]
        group = tuple(dict.fromkeys(row for row in rows if row))
        for row in group:
            by_terms[row] = (*by_terms.get(row, ()), len(groups))
        groups.append(group)
    return Synonyms(tuple(groups), by_terms, max(map(len, by_terms), default=0))
