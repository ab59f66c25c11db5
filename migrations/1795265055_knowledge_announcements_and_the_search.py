"""Knowledge, announcements, and what the search keeps in the database.

Revision: 1795265055, after 1795254018.
"""

import sqlalchemy as sa
from alembic import op

revision = "1795265055"
down_revision = "1795254018"
branch_labels = ()
depends_on = None


# Name, moment, when it is refused, what is said.
RULES = (
    (
        "article_version_published",
        "BEFORE UPDATE ON article_version",
        "OLD.published_at IS NOT NULL",
        "a published version stays as it is",
    ),
    (
        "article_version_kept",
        "BEFORE DELETE ON article_version",
        "OLD.published_at IS NOT NULL",
        "a published version stays",
    ),
    ("article_kept", "BEFORE DELETE ON article", "OLD.published_at IS NOT NULL", "a published article stays"),
)


def is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def guard() -> None:
    """Let the database itself keep every published version (KB-15)."""
    for name, moment, broken, says in RULES:
        if not is_postgresql():
            op.execute(
                f"CREATE TRIGGER {name} {moment} WHEN {broken} BEGIN SELECT RAISE(ABORT, '{says}'); END"
            )
            continue
        kept = "OLD" if "DELETE" in moment else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {broken} THEN RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; RETURN {kept}; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} {moment} FOR EACH ROW EXECUTE FUNCTION {name}()")


def note_what_is_there() -> None:
    """Have the cases that are there already indexed by the next start."""
    op.execute(
        "INSERT INTO search_change (subject_type, subject_id, created_at, attempts) "
        "SELECT 'case', id, created_at, 0 FROM \"case\" ORDER BY id"
    )


def upgrade() -> None:
    op.create_table(
        "dictionary_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictionary_word")),
        sa.UniqueConstraint("word", name=op.f("uq_dictionary_word_word")),
    )
    op.create_table(
        "search_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_change")),
    )
    op.create_table(
        "synonym_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(words) > 0", name=op.f("ck_synonym_group_words_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym_group")),
    )
    op.create_table(
        "knowledge_base",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("name_ja", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_knowledge_base_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_base")),
    )
    op.create_index(op.f("ix_knowledge_base_service_id"), "knowledge_base", ["service_id"], unique=False)

    op.create_table(
        "missed_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column(
            "asker",
            sa.Enum(
                "customer",
                "agent",
                "system",
                name="actorkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("typed", sa.String(length=200), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_missed_search_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_search")),
        sa.UniqueConstraint(
            "service_id", "asker", "typed", name=op.f("uq_missed_search_service_id_asker_typed")
        ),
    )
    op.create_index(op.f("ix_missed_search_last_at"), "missed_search", ["last_at"], unique=False)

    op.create_table(
        "knowledge_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name_ja", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"], ["knowledge_base.id"], name=op.f("fk_knowledge_category_base_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_category")),
    )
    op.create_index(
        op.f("ix_knowledge_category_base_id_position"),
        "knowledge_category",
        ["base_id", "position"],
        unique=False,
    )

    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text", "document", name="articlekind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "withdrawn",
                name="articlestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source_language", sa.String(length=2), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reminded_of", sa.Date(), nullable=True),
        sa.Column("from_case_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (published_at IS NULL)", name=op.f("ck_article_published_when_not_draft")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_article_author_id")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["knowledge_category.id"], name=op.f("fk_article_category_id")
        ),
        sa.ForeignKeyConstraint(["from_case_id"], ["case.id"], name=op.f("fk_article_from_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("number", name=op.f("uq_article_number")),
    )
    op.create_index(op.f("ix_article_author_id"), "article", ["author_id"], unique=False)
    op.create_index(op.f("ix_article_category_id_state"), "article", ["category_id", "state"], unique=False)
    op.create_index(op.f("ix_article_state_review_on"), "article", ["state", "review_on"], unique=False)

    op.create_table(
        "file_text",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column(
            "reading",
            sa.Enum(
                "taken",
                "none",
                "unreadable",
                "encrypted",
                "too_large",
                name="reading",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_file_text_file_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_text")),
    )
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "plain",
                "maintenance",
                name="announcementkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("in_panel", sa.Boolean(), nullable=False),
        sa.Column("has_banner", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("in_panel OR has_banner", name=op.f("ck_announcement_somewhere")),
        sa.CheckConstraint("until > since", name=op.f("ck_announcement_window")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_announcement_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index(op.f("ix_announcement_article_id"), "announcement", ["article_id"], unique=False)
    op.create_index(op.f("ix_announcement_until_since"), "announcement", ["until", "since"], unique=False)

    op.create_table(
        "article_audience",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("customer_number_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "holder_id IS NULL OR customer_number_id IS NULL", name=op.f("ck_article_audience_one_kind")
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_audience_article_id")),
        sa.ForeignKeyConstraint(
            ["customer_number_id"],
            ["customer_number.id"],
            name=op.f("fk_article_audience_customer_number_id"),
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["contract_holder.id"], name=op.f("fk_article_audience_holder_id")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_article_audience_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_audience")),
        sa.UniqueConstraint(
            "article_id",
            "service_id",
            "holder_id",
            "customer_number_id",
            name=op.f("uq_article_audience_article_id_service_id_holder_id_customer_number_id"),
        ),
    )
    op.create_index(op.f("ix_article_audience_article_id"), "article_audience", ["article_id"], unique=False)
    op.create_index(
        op.f("ix_article_audience_service_id_article_id"),
        "article_audience",
        ["service_id", "article_id"],
        unique=False,
    )

    op.create_table(
        "article_reader",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_reader_article_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_article_reader_user_id")),
        sa.PrimaryKeyConstraint("article_id", "user_id", name=op.f("pk_article_reader")),
    )
    op.create_table(
        "article_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "review",
                "published",
                name="versionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("translates_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_article_version_published_has_moment"),
        ),
        sa.CheckConstraint("language IN ('ja', 'en')", name=op.f("ck_article_version_language")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_version_article_id")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_article_version_author_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["stored_file.id"], name=op.f("fk_article_version_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user.id"], name=op.f("fk_article_version_published_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["translates_id"], ["article_version.id"], name=op.f("fk_article_version_translates_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_version")),
        sa.UniqueConstraint(
            "article_id", "language", "number", name=op.f("uq_article_version_article_id_language_number")
        ),
    )
    op.create_index(op.f("ix_article_version_document_id"), "article_version", ["document_id"], unique=False)
    op.create_index(
        "uq_article_version_in_the_making",
        "article_version",
        ["article_id", "language"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'review')"),
        postgresql_where=sa.text("state IN ('draft', 'review')"),
    )

    op.create_table(
        "article_edition",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("current_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_edition_article_id")),
        sa.ForeignKeyConstraint(["current_id"], ["article_version.id"], name="fk_article_edition_current_id"),
        sa.PrimaryKeyConstraint("article_id", "language", name=op.f("pk_article_edition")),
    )
    op.create_table(
        "article_views",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_views_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article_views")),
    )
    op.create_table(
        "announcement_dismissal",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"], name=op.f("fk_announcement_dismissal_announcement_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_announcement_dismissal_user_id")),
        sa.PrimaryKeyConstraint("announcement_id", "user_id", name=op.f("pk_announcement_dismissal")),
    )
    op.create_table(
        "announcement_recipient",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"], name=op.f("fk_announcement_recipient_announcement_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_announcement_recipient_user_id")),
        sa.PrimaryKeyConstraint("announcement_id", "user_id", name=op.f("pk_announcement_recipient")),
    )
    op.create_table(
        "announcement_service",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"], name=op.f("fk_announcement_service_announcement_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_announcement_service_service_id")
        ),
        sa.PrimaryKeyConstraint("announcement_id", "service_id", name=op.f("pk_announcement_service")),
    )
    op.create_index(
        op.f("ix_announcement_service_service_id"), "announcement_service", ["service_id"], unique=False
    )

    op.create_table(
        "article_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("has_helped", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_feedback_article_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_article_feedback_user_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["article_version.id"], name=op.f("fk_article_feedback_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_feedback")),
        sa.UniqueConstraint("article_id", "user_id", name=op.f("uq_article_feedback_article_id_user_id")),
    )
    op.create_index(
        op.f("ix_article_feedback_article_id_id"), "article_feedback", ["article_id", "id"], unique=False
    )

    op.create_table(
        "article_file",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_file_article_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_article_file_file_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["article_version.id"], name=op.f("fk_article_file_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "file_id", name=op.f("pk_article_file")),
    )
    op.create_index(op.f("ix_article_file_article_id"), "article_file", ["article_id"], unique=False)
    op.create_index(op.f("ix_article_file_file_id"), "article_file", ["file_id"], unique=False)

    guard()
    note_what_is_there()


def downgrade() -> None:
    op.drop_index(op.f("ix_article_file_file_id"), "article_file")
    op.drop_index(op.f("ix_article_file_article_id"), "article_file")

    op.drop_table("article_file")
    op.drop_index(op.f("ix_article_feedback_article_id_id"), "article_feedback")

    op.drop_table("article_feedback")
    op.drop_index(op.f("ix_announcement_service_service_id"), "announcement_service")

    op.drop_table("announcement_service")
    op.drop_table("announcement_recipient")
    op.drop_table("announcement_dismissal")
    op.drop_table("article_views")
    op.drop_table("article_edition")
    op.drop_index(
        "uq_article_version_in_the_making",
        "article_version",
        sqlite_where=sa.text("state IN ('draft', 'review')"),
        postgresql_where=sa.text("state IN ('draft', 'review')"),
    )
    op.drop_index(op.f("ix_article_version_document_id"), "article_version")

    op.drop_table("article_version")
    op.drop_table("article_reader")
    op.drop_index(op.f("ix_article_audience_service_id_article_id"), "article_audience")
    op.drop_index(op.f("ix_article_audience_article_id"), "article_audience")

    op.drop_table("article_audience")
    op.drop_index(op.f("ix_announcement_until_since"), "announcement")
    op.drop_index(op.f("ix_announcement_article_id"), "announcement")

    op.drop_table("announcement")
    op.drop_table("file_text")
    op.drop_index(op.f("ix_article_state_review_on"), "article")
    op.drop_index(op.f("ix_article_category_id_state"), "article")
    op.drop_index(op.f("ix_article_author_id"), "article")

    op.drop_table("article")
    op.drop_index(op.f("ix_knowledge_category_base_id_position"), "knowledge_category")

    op.drop_table("knowledge_category")
    op.drop_index(op.f("ix_missed_search_last_at"), "missed_search")

    op.drop_table("missed_search")
    op.drop_index(op.f("ix_knowledge_base_service_id"), "knowledge_base")

    op.drop_table("knowledge_base")
    op.drop_table("synonym_group")
    op.drop_table("search_change")
    op.drop_table("dictionary_word")
    if is_postgresql():
        for rule in RULES:
            op.execute(f"DROP FUNCTION {rule[0]}()")
