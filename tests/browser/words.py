"""What the buttons, fields and states are called in each language, as people look for them."""

from dataclasses import dataclass

from tests.factories.wording import message, state


@dataclass(frozen=True)
class Words:
    """The names on the screens of one language."""

    language: str
    user_id: str
    password: str
    log_in: str
    app_method: str
    verification_code: str
    verify: str
    log_out: str
    menu: str
    more: str
    home: str
    inquiry: str
    work_request: str
    case_list: str
    knowledge: str
    inquiry_type: str
    failure: str
    details: str
    submit: str
    comment: str
    send: str
    actions: str
    list_menu: str
    accept: str
    reject: str
    close_case: str
    cancel: str
    close: str
    status: str
    updated: str
    set_status: str
    reply: str
    send_reply: str
    note: str
    save_note: str
    assignee: str
    assign: str
    required: str
    required_done: str
    received: str
    new_comment: str
    status_mail: str

    def state(self, code: str) -> str:
        """A state's name."""
        return state(code, self.language)

    def message(self, number: str, **values: object) -> str:
        """A message of section 9."""
        return message(number, self.language, **values)


JA = Words(
    language="ja",
    user_id="ユーザーID",
    password="パスワード",
    log_in="ログイン",
    app_method="認証アプリから検証コードを取得",
    verification_code="6桁の検証コード",
    verify="検証",
    log_out="ログアウト",
    menu="メニュー",
    more="その他のメニュー",
    home="ホーム",
    inquiry="お問い合わせ",
    work_request="作業依頼",
    case_list="ケース一覧",
    knowledge="ナレッジ",
    inquiry_type="お問い合わせ種別",
    failure="故障について",
    details="お問い合わせ内容",
    submit="送信",
    comment="コメント",
    send="送信",
    actions="アクション",
    list_menu="リストメニュー",
    accept="ソリューションを承認",
    reject="ソリューションを却下",
    close_case="ケースをクローズ",
    cancel="キャンセル",
    close="閉じる",
    status="状況",
    updated="更新日時",
    set_status="状況を変更",
    reply="お客様への返信",
    send_reply="お客様へ送信",
    note="内部メモ",
    save_note="内部メモを保存",
    assignee="担当者",
    assign="割り当てる",
    required="必須情報",
    required_done="必須項目はすべて入力されています。",
    received="お問い合わせを受け付けました",
    new_comment="新しいコメント：お問い合わせ",
    status_mail="状況：",
)

EN = Words(
    language="en",
    user_id="User ID",
    password="Password",
    log_in="Log in",
    app_method="Get a code from the authenticator app",
    verification_code="6-digit verification code",
    verify="Verify",
    log_out="Log out",
    menu="Menu",
    more="More entries",
    home="Home",
    inquiry="Inquiry",
    work_request="Work request",
    case_list="Case list",
    knowledge="Knowledge",
    inquiry_type="Inquiry type",
    failure="About a failure",
    details="Inquiry details",
    submit="Submit",
    comment="Comment",
    send="Send",
    actions="Actions",
    list_menu="List menu",
    accept="Accept solution",
    reject="Reject solution",
    close_case="Close case",
    cancel="Cancel",
    close="Close",
    status="Status",
    updated="Updated",
    set_status="Set the status",
    reply="Reply to the customer",
    send_reply="Send to the customer",
    note="Internal note",
    save_note="Save the internal note",
    assignee="Assignee",
    assign="Assign",
    required="Required information",
    required_done="Everything required is filled in.",
    received="We have received your inquiry",
    new_comment="New comment: Inquiry",
    status_mail="Status: ",
)

WORDS = {"ja": JA, "en": EN}
