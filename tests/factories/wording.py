"""Texts that the specification words exactly, in Japanese and English (portal, sections 3, 4 and 9)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "M-01": (
        "ユーザーIDまたはパスワードが正しくありません。5回連続で間違えると20分間ログインできません。",
        "The user ID or password is not correct. After 5 failures in a row, login is blocked for 20 minutes.",
    ),
    "M-02": (
        "6桁の検証コードを {address} に送信しました。有効期間は5分です。",
        "A 6-digit code was sent to {address}. It is valid for 5 minutes.",
    ),
    "M-03": (
        "認証アプリに表示されたコードを入力します",
        "Enter the code shown in your authenticator app",
    ),
    "M-04": ("メールに送信されたコードを入力します", "Enter the code sent by e-mail"),
    "M-05": ("コードを再送信 {n}秒以内", "Resend code in {n} seconds"),
    "M-06": (
        "今後8時間、このブラウザーでは多要素認証を求めない",
        "Do not ask for MFA in this browser for 8 hours",
    ),
    "M-07": ("コードが正しくないか、有効期限が切れています。", "The code is wrong or has expired."),
    "M-08": (
        "セッションがタイムアウトしました。再度ログインしてください。",
        "Your session has timed out. Please log in again.",
    ),
    "M-09": ("ログアウトしました。", "You are logged out."),
    "M-10": ("パスワードには次のものを含める必要があります:", "The password must have:"),
    "M-11": ("最小 12 文字", "At least 12 characters"),
    "M-12": ("最大 40 文字", "At most 40 characters"),
    "M-13": ("少なくとも 1 文字の小文字", "At least 1 lower-case letter"),
    "M-14": ("少なくとも 1 文字の大文字", "At least 1 upper-case letter"),
    "M-15": ("少なくとも 1 文字の数字", "At least 1 digit"),
    "M-16": (
        "少なくとも 1 文字の特殊文字 これらのオプションから !@#$%^&*?+=-",
        "At least 1 special character of !@#$%^&*?+=-",
    ),
    "M-17": ("パスワードが一致する必要があります", "The passwords must match"),
    "M-18": ("推測されやすいパスワードは使用できません。", "This password is too easy to guess."),
    "M-19": ("アカウントはロックされていません", "The account is not locked"),
    "M-19 locked": ("アカウントはロックされています", "The account is locked"),
    "M-20": (
        (
            "お問い合わせは同時に1件までです。対応中のケースがクローズされると次を受け付けます。"
            "故障のお問い合わせは対象外です。"
        ),
        (
            "One inquiry at a time. The next is accepted once the open case is closed. "
            "Failure inquiries are exempt."
        ),
    ),
    "M-21": (
        (
            "追加のご連絡は下の入力欄から送信してください。終了するときはアクションから「ケースをクローズ」または"
            "「ソリューションを承認」を選びます。クローズ後は再オープンできません。"
        ),
        (
            'Send further messages with the form below. To finish, choose "Close case" or "Accept solution" '
            "under Actions. A closed case cannot be reopened."
        ),
    ),
    "M-22": (
        "このケースには、ユーザーからの追加情報が必要です。",
        "More information is needed from you for this case.",
    ),
    "M-23": (
        "解決策をご確認のうえ、承認または却下してください。",
        "Please review the solution and accept or reject it.",
    ),
    "M-24": (
        "ケースをクローズすると再オープンできません。クローズしますか？",
        "A closed case cannot be reopened. Close it?",
    ),
    "M-25": (
        "未クローズのお問い合わせ（{number}）があるため、送信できません。",
        "You have an open inquiry ({number}); a new one cannot be sent.",
    ),
    "M-26": ("作業依頼を送信しました（{number}）。", "Your work request was sent ({number})."),
    "M-28": (
        "残りポイントが不足しています（必要 {n}、残り {m}）。",
        "Not enough points left ({n} needed, {m} left).",
    ),
    "M-30": ("レコードはありません", "No records"),
    "M-31": ("以下の条件をすべて満たす必要があります", "All of these conditions must be met"),
    "M-34": (
        "パスワードのリセット手順が記載されたメールが送信されました",
        "A mail with the steps for resetting your password was sent",
    ),
    "M-35": (
        "メールアドレスを確認できませんでした。5回連続で失敗すると20分間リセットできません。",
        "The e-mail address could not be verified. After 5 failures in a row, reset is blocked for 20 minutes.",
    ),
    "M-36": (
        "リセットは {time} 以降にご利用いただけます。",
        "You can reset your password after {time}.",
    ),
    "M-37": (
        "このリンクは無効です。もう一度最初から操作してください。",
        "This link is no longer valid. Please start again.",
    ),
    "M-38": (
        "ユーザーIDや登録メールアドレスが不明なときは、貴社の管理者にご確認ください。",
        "If you do not know the user ID or registered address, ask your administrator.",
    ),
    "M-39": ("利用可能な情報はありません", "No information available"),
    "M-41": (
        "変更はすぐに反映されますが、同時に発生したアラートの通知は変更前のアドレスに届くことがあります。",
        (
            "The change applies at once, but a notice of an alert occurring at the same time "
            "may go to the former address."
        ),
    ),
    "M-42": (
        "多要素認証の利用を推奨します。不正アクセスからアカウントを守りやすくなります。",
        (
            "We recommend multi-factor authentication. "
            "It protects your account better against unauthorized access."
        ),
    ),
    "M-43": ("このユーザーIDは既に使用されています。", "This user ID is already in use."),
    "M-44": (
        "ユーザーIDは{most}文字以内で入力してください。",
        "The user ID may have at most {most} characters.",
    ),
    "M-45": ("連絡先の詳細を入力してください。", "Enter the contact's details."),
    "M-46": (
        "※メールアドレスの末尾に「{suffix}」を付加したもの（例：taro@example.com{suffix}）を推奨",
        'Recommended: the e-mail address followed by "{suffix}" (e.g. taro@example.com{suffix})',
    ),
    "M-47": ("検索（最小 3 文字）", "Search (minimum 3 characters)"),
    "M-48": ("* 必須を示します", "* indicates required"),
    "M-49": ("{a}~{b} 件目 / {n} 件", "Rows {a}–{b} of {n}"),
    "M-50": ("お問い合わせが行えます。", "Send an inquiry."),
    "M-51": (
        "作業依頼を参照し、必要なアイテムやサービスを見つけてください。",
        "Browse work requests and find the item or service you need.",
    ),
    "M-52": ("ケース一覧を表示します。", "Show the case list."),
    "M-53": ("記事を参照および検索が可能です。", "Read and search articles."),
    "M-55": ("アカウント管理メニューを表示します。", "Open the account menu."),
    "M-56": ("{n}個のアイテムを表示しています", "Showing {n} items"),
    "M-57": (
        "パスワードを変更しました。ログインしてください。",
        "Your password was changed. Please log in.",
    ),
    "M-58": ("プライバシーポリシーはこちら", "Privacy policy"),
}

STATES: dict[str, tuple[str, str]] = {
    "new": ("新規", "New"),
    "in_progress": ("対応中", "In progress"),
    "awaiting_customer": ("お客様確認待ち", "Awaiting customer"),
    "resolved": ("解決済み（クローズ待ち）", "Resolved (awaiting closure)"),
    "closed": ("クローズ済み", "Closed"),
}

# Section 3: code, Japanese, English, use by cs, use by fm (S: chosen by users, A: by the desk, "-": not used).
CATEGORIES: tuple[tuple[str, str, str, str, str], ...] = (
    ("service", "サービスについて", "About the service", "S", "S"),
    ("product", "製品仕様について", "Product specifications", "S", "S"),
    ("about_alert", "アラートについて", "About an alert", "S", "-"),
    ("failure", "故障について", "About a failure", "S", "S"),
    ("about_report", "月次レポートについて", "About the monthly report", "S", "-"),
    ("other", "その他", "Other", "S", "S"),
    ("work_request", "作業依頼", "Work request", "A", "A"),
    ("monthly_report", "月次レポート送付", "Monthly report delivery", "A", "-"),
    ("alarm", "アラーム", "Alarm", "A", "-"),
    ("health_check", "正常性確認依頼(利用開始時)", "Health check request (start of use)", "A", "-"),
    ("credit_exceeded", "ご利用クレジット数超過", "Credit usage exceeded", "A", "-"),
    ("alert", "アラート", "Alert", "-", "A"),
    ("security_alert", "セキュリティアラート", "Security alert", "-", "-"),
    ("monitoring_alert", "監視アラート", "Monitoring alert", "-", "-"),
    ("incident_report", "インシデントレポート", "Incident report", "-", "-"),
    ("incident_response", "インシデントレスポンス", "Incident response", "-", "-"),
    ("incident", "インシデント", "Incident", "-", "-"),
)

LANGUAGES = ("ja", "en")


def message(key: str, language: str, **values: object) -> str:
    """A message of section 9 in one language."""
    return MESSAGES[key][LANGUAGES.index(language)].format(**values)


def state(code: str, language: str) -> str:
    """A state's name in one language; lists and badges say クローズ済み (Q44)."""
    return STATES[code][LANGUAGES.index(language)]
