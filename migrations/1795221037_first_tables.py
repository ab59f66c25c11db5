"""The first tables: services, contracts, people, sessions, cases, journal, outbox.

Revision: 1795221037, the first one.
"""

import sqlalchemy as sa
from alembic import op

revision = "1795221037"
down_revision = None
branch_labels = ("default",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contract_holder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_holder")),
    )
    op.create_table(
        "installation",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_installation")),
    )
    op.create_table(
        "journal_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "customer", "desk", name="audience", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "actor_kind",
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
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("subject_type", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_journal_event_hash")),
    )
    with op.batch_alter_table("journal_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_event_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_journal_event_subject_type_subject_id_audience_id"),
            ["subject_type", "subject_id", "audience", "id"],
            unique=False,
        )

    op.create_table(
        "number_sequence",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_number_sequence")),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=16), nullable=False),
        sa.Column("name_ja", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("user_id_suffix", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("slug", name=op.f("uq_service_slug")),
    )
    op.create_table(
        "case_settings",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("one_open_inquiry", sa.Boolean(), nullable=False),
        sa.Column(
            "third_filter",
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
        sa.Column("third_filter_ja", sa.String(length=40), nullable=False),
        sa.Column("third_filter_en", sa.String(length=40), nullable=False),
        sa.Column("desk_mail", sa.String(length=254), nullable=True),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_case_settings_service_id")),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_case_settings")),
    )
    op.create_table(
        "customer_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(number) BETWEEN 1 AND 20", name=op.f("ck_customer_number_number_length")),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["contract_holder.id"], name=op.f("fk_customer_number_holder_id")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_customer_number_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_number")),
        sa.UniqueConstraint("number", name=op.f("uq_customer_number_number")),
    )
    with op.batch_alter_table("customer_number", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_number_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_number_service_id"), ["service_id"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("order_key", sa.String(length=320), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "claimed",
                "sent",
                "dead",
                name="messagestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("available_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_outbox_message_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_order_key_id"), ["order_key", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outbox_message_service_id_state"), ["service_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_message_state_available_at"), ["state", "available_at"], unique=False
        )

    op.create_table(
        "portal_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_portal_link_service_id")),
        sa.ForeignKeyConstraint(["target_id"], ["service.id"], name=op.f("fk_portal_link_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_link")),
        sa.UniqueConstraint("service_id", "target_id", name=op.f("uq_portal_link_service_id_target_id")),
    )
    op.create_table(
        "service_category",
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
            nullable=False,
        ),
        sa.Column("is_selectable", sa.Boolean(), nullable=False),
        sa.Column("is_exempt", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_category_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_category")),
        sa.UniqueConstraint("service_id", "category", name=op.f("uq_service_category_service_id_category")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "realm",
            sa.Enum("customer", "agent", name="realm", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("login_id", sa.String(length=40), nullable=False),
        sa.Column("login_key", sa.String(length=120), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("family_name", sa.String(length=60), nullable=False),
        sa.Column("given_name", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column(
            "desk_role",
            sa.Enum(
                "agent",
                "lead",
                "admin",
                name="deskrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(realm = 'agent') = (desk_role IS NOT NULL)", name=op.f("ck_user_agent_has_role")
        ),
        sa.CheckConstraint(
            "(realm = 'customer') = (holder_id IS NOT NULL)", name=op.f("ck_user_customer_has_holder")
        ),
        sa.CheckConstraint(
            "language IS NULL OR language IN ('ja', 'en')", name=op.f("ck_user_known_language")
        ),
        sa.CheckConstraint(
            "realm = 'customer' OR NOT is_administrator", name=op.f("ck_user_administrator_is_customer")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["contract_holder.id"], name=op.f("fk_user_holder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("login_key", name=op.f("uq_user_login_key")),
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_holder_id"), ["holder_id"], unique=False)

    op.create_table(
        "agent_service",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_agent_service_service_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_agent_service_user_id")),
        sa.PrimaryKeyConstraint("user_id", "service_id", name=op.f("pk_agent_service")),
    )
    with op.batch_alter_table("agent_service", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agent_service_service_id"), ["service_id"], unique=False)

    op.create_table(
        "auth_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column(
            "end_reason",
            sa.Enum(
                "logout",
                "replaced",
                "disabled",
                name="sessionend",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_auth_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_auth_session_token_hash")),
    )
    with op.batch_alter_table("auth_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_auth_session_user_id_ended_at"), ["user_id", "ended_at"], unique=False
        )

    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("customer_number_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
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
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column(
            "origin",
            sa.Enum("inquiry", "desk", name="origin", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "in_progress",
                "awaiting_customer",
                "resolved",
                "closed",
                name="casestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("holds_inquiry_slot", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_case_closed_has_time")
        ),
        sa.CheckConstraint(
            "NOT holds_inquiry_slot OR origin = 'inquiry'", name=op.f("ck_case_slot_is_inquiry")
        ),
        sa.CheckConstraint("updated_at >= created_at", name=op.f("ck_case_updated_after_created")),
        sa.ForeignKeyConstraint(["assignee_id"], ["user.id"], name=op.f("fk_case_assignee_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["user.id"], name=op.f("fk_case_contact_id")),
        sa.ForeignKeyConstraint(
            ["customer_number_id"], ["customer_number.id"], name=op.f("fk_case_customer_number_id")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_case_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("number", name=op.f("uq_case_number")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_assignee_id_state_updated_at"),
            ["assignee_id", "state", "updated_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_case_customer_number_id_updated_at"),
            ["customer_number_id", "updated_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_case_service_id_state_updated_at"),
            ["service_id", "state", "updated_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_case_service_id_updated_at"), ["service_id", "updated_at"], unique=False
        )
        batch_op.create_index(
            "uq_case_open_inquiry",
            ["customer_number_id"],
            unique=True,
            sqlite_where=sa.text("holds_inquiry_slot AND state != 'closed'"),
            postgresql_where=sa.text("holds_inquiry_slot AND state != 'closed'"),
        )

    op.create_table(
        "form_submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=32), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_form_submission_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_submission")),
        sa.UniqueConstraint("user_id", "form_key", name=op.f("uq_form_submission_user_id_form_key")),
    )
    with op.batch_alter_table("form_submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_submission_created_at"), ["created_at"], unique=False)

    op.create_table(
        "user_number",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["number_id"], ["customer_number.id"], name=op.f("fk_user_number_number_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_number_user_id")),
        sa.PrimaryKeyConstraint("user_id", "number_id", name=op.f("pk_user_number")),
    )
    with op.batch_alter_table("user_number", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_number_number_id"), ["number_id"], unique=False)

    op.create_table(
        "case_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column(
            "audience",
            sa.Enum(
                "customer", "desk", name="audience", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("length(body) > 0", name=op.f("ck_case_comment_body_not_empty")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_case_comment_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_comment_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_comment")),
    )
    with op.batch_alter_table("case_comment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_comment_case_id_audience_id"), ["case_id", "audience", "id"], unique=False
        )

    _make_journal_append_only()


def _make_journal_append_only() -> None:
    """Let the database itself refuse to rewrite history (SEC-55)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER journal_event_append_only BEFORE UPDATE OR DELETE ON journal_event "
            "FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER journal_event_no_{act.lower()} BEFORE {act} ON journal_event "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )


def downgrade() -> None:
    with op.batch_alter_table("case_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_comment_case_id_audience_id"))

    op.drop_table("case_comment")
    with op.batch_alter_table("user_number", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_number_number_id"))

    op.drop_table("user_number")
    with op.batch_alter_table("form_submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_submission_created_at"))

    op.drop_table("form_submission")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_case_open_inquiry",
            sqlite_where=sa.text("holds_inquiry_slot AND state != 'closed'"),
            postgresql_where=sa.text("holds_inquiry_slot AND state != 'closed'"),
        )
        batch_op.drop_index(batch_op.f("ix_case_service_id_updated_at"))
        batch_op.drop_index(batch_op.f("ix_case_service_id_state_updated_at"))
        batch_op.drop_index(batch_op.f("ix_case_customer_number_id_updated_at"))
        batch_op.drop_index(batch_op.f("ix_case_assignee_id_state_updated_at"))

    op.drop_table("case")
    with op.batch_alter_table("auth_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auth_session_user_id_ended_at"))

    op.drop_table("auth_session")
    with op.batch_alter_table("agent_service", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agent_service_service_id"))

    op.drop_table("agent_service")
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_holder_id"))

    op.drop_table("user")
    op.drop_table("service_category")
    op.drop_table("portal_link")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_message_state_available_at"))
        batch_op.drop_index(batch_op.f("ix_outbox_message_service_id_state"))
        batch_op.drop_index(batch_op.f("ix_outbox_message_order_key_id"))

    op.drop_table("outbox_message")
    with op.batch_alter_table("customer_number", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_number_service_id"))
        batch_op.drop_index(batch_op.f("ix_customer_number_holder_id"))

    op.drop_table("customer_number")
    op.drop_table("case_settings")
    op.drop_table("service")
    op.drop_table("number_sequence")
    with op.batch_alter_table("journal_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_event_subject_type_subject_id_audience_id"))
        batch_op.drop_index(batch_op.f("ix_journal_event_actor_id"))

    op.drop_table("journal_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION journal_is_append_only()")
    op.drop_table("installation")
    op.drop_table("contract_holder")
