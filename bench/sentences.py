"""Documents such as a desk writes them, in Japanese and English, made of word lists; the same ones every time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from app.search.analyzer import tokens
from app.search.documents import AnalyzedDocument, Document, Tag, TextField
from tests.factories.index import NEW_YEAR

SIGNS = 800
NUMBERS = 200
CATEGORIES = 6
TOPICS_JA = """
証明書 有効期限 更新手続き パスワード 再発行 多要素認証 ワンタイムパスワード 踏み台サーバ 仮想専用線
アンチウイルス 定義ファイル 不正侵入検知 脆弱性診断 ファイアウォール ログ保管 監査証跡 請求書 契約内容
利用申請 アカウント停止 権限変更 管理画面 通知メール 障害報告 定期保守 停止時間 バックアップ 復元手順
暗号化 通信経路 名前解決 アドレス帳 迷惑メール 添付ファイル 標的型攻撃 隔離 誤検知 除外設定 監視対象
しきい値 アラート エスカレーション 一次切り分け 復旧見込み 原因調査 再起動 ディスク容量 メモリ不足
性能劣化 プロキシ リモート接続 無線アクセスポイント 端末紛失 遠隔消去 業務システム 勤怠管理 ライセンス
サポート窓口 問い合わせ 見積依頼
""".split()  # noqa: SIM905 - a list of a hundred words is read best so
TOPICS_EN = """
certificate expiry renewal password reset multifactor authentication token bastion tunnel antivirus
signature intrusion detection vulnerability assessment firewall retention audit invoice contract
provisioning suspension permission console notification outage maintenance window backup restore
encryption routing resolver directory spam attachment phishing quarantine exclusion monitoring threshold
alert escalation triage recovery investigation reboot storage memory latency proxy remote wireless handset
wipe licence
""".split()  # noqa: SIM905 - likewise
SENTENCES_JA = (
    "{a}の{b}についてご案内いたします。",
    "{a}を設定する前に、{b}の状態を必ずご確認ください。",
    "本日{time}ごろから、{host}において{a}に関する事象が発生しております。",
    "{a}が完了しましたら、{b}の画面から結果を確認できます。",
    "担当者が{host}のログを調べたところ、{a}に失敗していることが分かりました。",
    "恐れ入りますが、{b}の手順に沿ってもう一度お試しください。",
    "なお、{a}と{b}を同時に変更することはできません。",
    "ご不明な点がございましたら、{b}までご連絡ください。",
)
SENTENCES_EN = (
    "Please check the {a} of your {b} before you continue.",
    "Since {time} the host {host} has reported a problem with its {a}.",
    "The {a} is finished; the result is shown on the page of the {b}.",
    "Our engineers looked at the logs of {host} and found that the {a} had failed.",
    "Do not change the {a} and the {b} at the same time.",
    "If the {b} still does not work, tell us the time and the {a} that you saw.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody types: a word, two words, a phrase."""

    word: str
    words: str
    phrase: str


def documents(count: int, *, first: int = 0) -> Iterator[AnalyzedDocument]:
    """Cases and articles of about ``SIGNS`` signs, analyzed; three of four in Japanese."""
    for number in range(first, first + count):
        yield analyzed(document(number))


def analyzed(made: Document) -> AnalyzedDocument:
    """A document with its tokens."""
    return AnalyzedDocument(made, {field: tokens(text) for field, text in made.texts.items()})


def document(number: int) -> Document:
    """The document of a number, the same one each time."""
    random = Random(number)  # noqa: S311 - nothing is kept secret here
    is_english = number % 4 == 3  # noqa: PLR2004 - one of four
    topics = random.sample(TOPICS_EN if is_english else TOPICS_JA, 5)
    sentences = SENTENCES_EN if is_english else SENTENCES_JA
    text = ""
    while len(text) < SIGNS:
        host = f"srv-{random.randrange(5_000):04}.example.jp"
        time = f"{random.randrange(24)}:{random.randrange(60):02}"
        first, second = random.sample(topics, 2)
        text += random.choice(sentences).format(a=first, b=second, host=host, time=time)
    is_article = number % 10 == 0
    kind = "article" if is_article else "case"
    readers = (
        {"s1"} if is_article else {f"n{min(random.randrange(NUMBERS), random.randrange(NUMBERS))}", "d1"}
    )
    return Document(
        key=f"{kind}:{number}",
        subject=(kind, number),
        texts={
            TextField.TITLE: random.choice(sentences).format(
                a=topics[0], b=topics[1], host="srv", time="9:00"
            ),
            TextField.TEXT: text,
        },
        tags={
            Tag.KIND: frozenset({kind}),
            Tag.READERS: frozenset(readers),
            Tag.CATEGORY: frozenset({str(number % CATEGORIES)}),
            Tag.NUMBER: frozenset({f"CS{number:07}"}),
        },
        moment=NEW_YEAR + timedelta(minutes=number),
    )


def questions(count: int) -> Iterator[Asked]:
    """What is typed, by turns in both languages: words that many, some and few documents hold."""
    random = Random(count)  # noqa: S311 - likewise
    for number in range(count):
        is_english = number % 4 == 3  # noqa: PLR2004 - one of four
        one, other = random.sample(TOPICS_EN if is_english else TOPICS_JA, 2)
        host = f"srv-{random.randrange(5_000):04}.example.jp"
        phrase = f'"{other} at the same time"' if is_english else f'"{one}の手順"'
        yield Asked(one if number % 5 else host, f"{one} {other}", phrase)
