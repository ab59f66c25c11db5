"""The case desk: filters, files, rich text, targets, alerts, relations of cases.

Revision: 1795241500, after 1795229895.
"""

import sqlalchemy as sa
from alembic import op

revision = "1795241500"
down_revision = "1795229895"
branch_labels = ()
depends_on = None


def upgrade() -> None:  # noqa: PLR0915 - one statement after the other, a table each
    op.create_table(
        "canned_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("body_ja", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_canned_answer_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_answer")),
        sa.UniqueConstraint("service_id", "name", name=op.f("uq_canned_answer_service_id_name")),
    )
    op.create_table(
        "closed_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_closed_day_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_day")),
        sa.UniqueConstraint("service_id", "day", name=op.f("uq_closed_day_service_id_day")),
    )
    op.create_table(
        "intake_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_intake_token_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_intake_token_token_hash")),
    )
    with op.batch_alter_table("intake_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intake_token_service_id"), ["service_id"], unique=False)

    op.create_table(
        "response_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "service",
                "product",
                "about_alert",
                "failure",
                "about_report",
                "other",
                "work_request",
                "monthly_report",
                "alarm",
                "health_check",
                "credit_exceeded",
                "alert",
                "security_alert",
                "monitoring_alert",
                "incident_report",
                "incident_response",
                "incident",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("reply_minutes", sa.Integer(), nullable=True),
        sa.Column("solution_minutes", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "reply_minutes IS NULL OR reply_minutes > 0", name=op.f("ck_response_target_reply_minutes")
        ),
        sa.CheckConstraint(
            "solution_minutes IS NULL OR solution_minutes > 0",
            name=op.f("ck_response_target_solution_minutes"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_response_target_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_target")),
        sa.UniqueConstraint("service_id", "category", name=op.f("uq_response_target_service_id_category")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_draft_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("user_id", "place", name=op.f("uq_draft_user_id_place")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_updated_at"), ["updated_at"], unique=False)

    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "me",
                "numbers",
                "desk",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("sort_order", sa.String(length=200), nullable=False),
        sa.Column("shown_columns", sa.String(length=300), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "(service_id IS NULL) OR (visibility != 'desk')",
            name=op.f("ck_saved_filter_desk_filters_have_no_service"),
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_saved_filter_name_not_empty")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_saved_filter_owner_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_saved_filter_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
    )
    with op.batch_alter_table("saved_filter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_filter_service_id"), ["service_id"], unique=False)
        batch_op.create_index(
            "uq_saved_filter_desk",
            ["owner_id", "visibility", "name"],
            unique=True,
            sqlite_where=sa.text("service_id IS NULL"),
            postgresql_where=sa.text("service_id IS NULL"),
        )
        batch_op.create_index(
            "uq_saved_filter_portal",
            ["owner_id", "service_id", "visibility", "name"],
            unique=True,
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )

    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("picture_type", sa.String(length=20), nullable=True),
        sa.Column(
            "scan",
            sa.Enum(
                "off",
                "pending",
                "clean",
                "blocked",
                name="scan",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("uploader_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_stored_file_sha256")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_stored_file_size")),
        sa.ForeignKeyConstraint(["uploader_id"], ["user.id"], name=op.f("fk_stored_file_uploader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("token", name=op.f("uq_stored_file_token")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stored_file_uploader_id_created_at"), ["uploader_id", "created_at"], unique=False
        )

    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.Column("picture_type", sa.String(length=20), nullable=True),
        sa.Column(
            "scan",
            sa.Enum(
                "off",
                "pending",
                "clean",
                "blocked",
                name="scan",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("touched_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("received BETWEEN 0 AND size", name=op.f("ck_upload_received")),
        sa.CheckConstraint("sha256 IS NULL OR received = size", name=op.f("ck_upload_whole_when_hashed")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_upload_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("token", name=op.f("uq_upload_token")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_touched_at"), ["touched_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_upload_user_id_created_at"), ["user_id", "created_at"], unique=False
        )

    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(length=200), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_alert_times")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_alert_case_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_alert_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("service_id", "identifier", name=op.f("uq_alert_service_id_identifier")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "service",
                "product",
                "about_alert",
                "failure",
                "about_report",
                "other",
                "work_request",
                "monthly_report",
                "alarm",
                "health_check",
                "credit_exceeded",
                "alert",
                "security_alert",
                "monitoring_alert",
                "incident_report",
                "incident_response",
                "incident",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["case.id"], name=op.f("fk_case_batch_parent_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_case_batch_service_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_case_batch_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_batch")),
        sa.UniqueConstraint("token", name=op.f("uq_case_batch_token")),
    )
    with op.batch_alter_table("case_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_batch_user_id"), ["user_id"], unique=False)

    op.create_table(
        "case_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "related", "duplicate", name="linkkind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("case_id != other_id", name=op.f("ck_case_link_two_cases")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_link_case_id")),
        sa.ForeignKeyConstraint(["other_id"], ["case.id"], name=op.f("fk_case_link_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_link")),
        sa.UniqueConstraint("case_id", "other_id", name=op.f("uq_case_link_case_id_other_id")),
    )
    with op.batch_alter_table("case_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_link_other_id"), ["other_id"], unique=False)

    op.create_table(
        "case_presence",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("typed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_presence_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_case_presence_user_id")),
        sa.PrimaryKeyConstraint("case_id", "user_id", name=op.f("pk_case_presence")),
    )
    op.create_table(
        "case_watcher",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_watcher_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_case_watcher_user_id")),
        sa.PrimaryKeyConstraint("case_id", "user_id", name=op.f("pk_case_watcher")),
    )
    with op.batch_alter_table("case_watcher", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_watcher_user_id"), ["user_id"], unique=False)

    op.create_table(
        "saved_filter_number",
        sa.Column("filter_id", sa.Integer(), nullable=False),
        sa.Column("customer_number_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_number_id"],
            ["customer_number.id"],
            name=op.f("fk_saved_filter_number_customer_number_id"),
        ),
        sa.ForeignKeyConstraint(
            ["filter_id"],
            ["saved_filter.id"],
            name=op.f("fk_saved_filter_number_filter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("filter_id", "customer_number_id", name=op.f("pk_saved_filter_number")),
    )
    with op.batch_alter_table("saved_filter_number", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_saved_filter_number_customer_number_id"), ["customer_number_id"], unique=False
        )

    op.create_table(
        "case_batch_file",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["case_batch.id"], name=op.f("fk_case_batch_file_batch_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_case_batch_file_file_id")),
        sa.PrimaryKeyConstraint("batch_id", "file_id", name=op.f("pk_case_batch_file")),
    )
    op.create_table(
        "case_batch_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("customer_number_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "case_id IS NULL OR failure IS NULL", name=op.f("ck_case_batch_item_case_or_failure")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["case_batch.id"], name=op.f("fk_case_batch_item_batch_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_batch_item_case_id")),
        sa.ForeignKeyConstraint(
            ["customer_number_id"], ["customer_number.id"], name=op.f("fk_case_batch_item_customer_number_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_batch_item")),
        sa.UniqueConstraint(
            "batch_id", "customer_number_id", name=op.f("uq_case_batch_item_batch_id_customer_number_id")
        ),
    )
    op.create_table(
        "case_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "customer", "desk", name="audience", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("uploader_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_file_case_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["case_comment.id"], name=op.f("fk_case_file_comment_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_case_file_file_id")),
        sa.ForeignKeyConstraint(["uploader_id"], ["user.id"], name=op.f("fk_case_file_uploader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("case_id", "file_id", name=op.f("uq_case_file_case_id_file_id")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_file_case_id_audience_id"), ["case_id", "audience", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_case_file_comment_id"), ["comment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_file_file_id"), ["file_id"], unique=False)

    op.create_table(
        "case_mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_mention_case_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["case_comment.id"], name=op.f("fk_case_mention_comment_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_case_mention_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_mention")),
        sa.UniqueConstraint("comment_id", "user_id", name=op.f("uq_case_mention_comment_id_user_id")),
    )
    with op.batch_alter_table("case_mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_mention_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_case_mention_user_id_read_at_id"), ["user_id", "read_at", "id"], unique=False
        )

    widen_case()
    with op.batch_alter_table("case_comment", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("html", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("taken_back_at", sa.DateTime(), nullable=True))
    check("case_comment", "taken_back_is_desk_only", "taken_back_at IS NULL OR audience = 'desk'")

    with op.batch_alter_table("case_settings", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("opens_minute", sa.Integer(), server_default="540", nullable=False))
        batch_op.add_column(sa.Column("closes_minute", sa.Integer(), server_default="1050", nullable=False))
        batch_op.add_column(
            sa.Column("workdays", sa.String(length=7), server_default="1111100", nullable=False)
        )
        batch_op.add_column(
            sa.Column("time_zone", sa.String(length=64), server_default="Asia/Tokyo", nullable=False)
        )
        batch_op.add_column(
            sa.Column("agents_may_close", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("auto_close_days", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("takes_alerts", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    check(
        "case_settings",
        "open_hours",
        "opens_minute >= 0 AND opens_minute < closes_minute AND closes_minute <= 1440",
    )
    check("case_settings", "days_to_close", "auto_close_days IS NULL OR auto_close_days BETWEEN 1 AND 365")

    with op.batch_alter_table("outbox_message", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("cause", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_outbox_message_cause"), ["cause"], unique=False)


def downgrade() -> None:  # noqa: PLR0915 - likewise
    with op.batch_alter_table("outbox_message", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_message_cause"))
        batch_op.drop_column("cause")

    for name in ("days_to_close", "open_hours"):
        uncheck("case_settings", name)
    with op.batch_alter_table("case_settings", recreate="never") as batch_op:
        batch_op.drop_column("takes_alerts")
        batch_op.drop_column("auto_close_days")
        batch_op.drop_column("agents_may_close")
        batch_op.drop_column("time_zone")
        batch_op.drop_column("workdays")
        batch_op.drop_column("closes_minute")
        batch_op.drop_column("opens_minute")

    uncheck("case_comment", "taken_back_is_desk_only")
    with op.batch_alter_table("case_comment", recreate="never") as batch_op:
        batch_op.drop_column("taken_back_at")
        batch_op.drop_column("html")

    narrow_case()
    with op.batch_alter_table("case_mention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_mention_user_id_read_at_id"))
        batch_op.drop_index(batch_op.f("ix_case_mention_case_id"))

    op.drop_table("case_mention")
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_file_file_id"))
        batch_op.drop_index(batch_op.f("ix_case_file_comment_id"))
        batch_op.drop_index(batch_op.f("ix_case_file_case_id_audience_id"))

    op.drop_table("case_file")
    op.drop_table("case_batch_item")
    op.drop_table("case_batch_file")
    with op.batch_alter_table("saved_filter_number", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_filter_number_customer_number_id"))

    op.drop_table("saved_filter_number")
    with op.batch_alter_table("case_watcher", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_watcher_user_id"))

    op.drop_table("case_watcher")
    op.drop_table("case_presence")
    with op.batch_alter_table("case_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_link_other_id"))

    op.drop_table("case_link")
    with op.batch_alter_table("case_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_batch_user_id"))

    op.drop_table("case_batch")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_case_id"))

    op.drop_table("alert")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_user_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_upload_touched_at"))

    op.drop_table("upload")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_file_uploader_id_created_at"))

    op.drop_table("stored_file")
    with op.batch_alter_table("saved_filter", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_saved_filter_portal",
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_saved_filter_desk",
            sqlite_where=sa.text("service_id IS NULL"),
            postgresql_where=sa.text("service_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_saved_filter_service_id"))

    op.drop_table("saved_filter")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_updated_at"))

    op.drop_table("draft")
    op.drop_table("response_target")
    with op.batch_alter_table("intake_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intake_token_service_id"))

    op.drop_table("intake_token")
    op.drop_table("closed_day")
    op.drop_table("canned_answer")


CASE_CHECKS = {
    "merged_has_time": "(merged_into_id IS NULL) = (merged_at IS NULL)",
    "not_merged_into_itself": "merged_into_id IS NULL OR merged_into_id != id",
    "not_its_own_parent": "parent_id IS NULL OR parent_id != id",
    "due_or_paused": "solution_seconds_left IS NULL OR solution_due_at IS NULL",
}
CASE_COLUMNS = {
    "merged_at": sa.DateTime(),
    "reply_due_at": sa.DateTime(),
    "replied_at": sa.DateTime(),
    "solution_due_at": sa.DateTime(),
    "solution_seconds_left": sa.Integer(),
    "solved_at": sa.DateTime(),
    "due_at": sa.DateTime(),
    "closes_at": sa.DateTime(),
}
CASE_INDEXES = {
    "ix_case_service_id_category_updated_at": ["service_id", "category", "updated_at"],
    "ix_case_customer_number_id_category_updated_at": ["customer_number_id", "category", "updated_at"],
    "ix_case_customer_number_id_state_updated_at": ["customer_number_id", "state", "updated_at"],
    "ix_case_service_id_subject": ["service_id", "subject"],
    "ix_case_customer_number_id_subject": ["customer_number_id", "subject"],
}
STILL_OPEN = "state != 'closed' AND merged_into_id IS NULL"
PARTIAL_INDEXES = {
    "ix_case_open_of_service": (
        ["service_id", "updated_at", "state", "assignee_id", "due_at", "merged_into_id"],
        STILL_OPEN,
    ),
    "ix_case_open_of_number": (["customer_number_id", "updated_at", "state", "merged_into_id"], STILL_OPEN),
    "ix_case_open_of_assignee": (
        ["assignee_id", "updated_at", "state", "service_id", "merged_into_id"],
        STILL_OPEN,
    ),
    "ix_case_parent_id": (["parent_id"], "parent_id IS NOT NULL"),
    "ix_case_merged_into_id": (["merged_into_id"], "merged_into_id IS NOT NULL"),
    "ix_case_closes_at": (["closes_at"], "closes_at IS NOT NULL"),
}


def widen_case() -> None:
    # The table is altered in place: the tables around it point to it, so a copy could not take its place while they do.
    for name in ("parent_id", "merged_into_id"):
        op.execute(
            f'ALTER TABLE "case" ADD COLUMN {name} INTEGER CONSTRAINT fk_case_{name} REFERENCES "case" (id)'
        )
    for name, kind in CASE_COLUMNS.items():
        op.add_column("case", sa.Column(name, kind, nullable=True))
    for name, columns in CASE_INDEXES.items():
        op.create_index(name, "case", columns)
    for name, (columns, rule) in PARTIAL_INDEXES.items():
        op.create_index(name, "case", columns, sqlite_where=sa.text(rule), postgresql_where=sa.text(rule))
    for name, rule in CASE_CHECKS.items():
        check("case", name, rule)
    uncheck("case", "origin")
    check("case", "origin", "origin IN ('inquiry', 'desk', 'alert')")


def narrow_case() -> None:
    op.execute("UPDATE \"case\" SET origin = 'desk' WHERE origin = 'alert'")
    uncheck("case", "origin")
    check("case", "origin", "origin IN ('inquiry', 'desk')")
    for name in CASE_CHECKS:
        uncheck("case", name)
    for name in (*CASE_INDEXES, *PARTIAL_INDEXES):
        op.drop_index(name, "case")
    for name in reversed(CASE_COLUMNS):
        op.drop_column("case", name)
    for name in ("merged_into_id", "parent_id"):
        op.drop_column("case", name)


def check(table: str, name: str, rule: str) -> None:
    op.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT ck_{table}_{name} CHECK ({rule})')


def uncheck(table: str, name: str) -> None:
    op.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT ck_{table}_{name}')
