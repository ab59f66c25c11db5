"""The catalogue, work requests, and the ledger of points.

Revision: 1795254018, after 1795241500.
"""

import sqlalchemy as sa
from alembic import op

revision = "1795254018"
down_revision = "1795241500"
branch_labels = ()
depends_on = None

# What the ledger may move: kind, from, to.
MOVES = " OR ".join(
    f"(kind = '{kind}' AND source = '{source}' AND target = '{target}')"
    for kind, source, target in (
        ("grant", "contract", "free"),
        ("grant", "contract", "overdraft"),
        ("grant", "free", "contract"),
        ("hold", "free", "held"),
        ("release", "held", "free"),
        ("release", "held", "overdraft"),
        ("use", "free", "used"),
        ("use", "held", "used"),
        ("overdraft", "overdraft", "used"),
        ("correction", "free", "used"),
        ("correction", "used", "free"),
        ("correction", "used", "overdraft"),
        ("expiry", "free", "expired"),
        ("carry", "carried_in", "free"),
        ("carry", "carried_in", "overdraft"),
        ("carry", "free", "carried_out"),
    )
)

ACCOUNTS = ("contract", "carried_in", "overdraft", "free", "held", "used", "expired", "carried_out")
# What has left these counts up there.
SOURCES = ACCOUNTS[:3]


def is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def current_version() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["current_id"], ["catalog_item_version.id"], name="fk_catalog_item_current_id"
    )


def upgrade() -> None:
    op.create_table(
        "ledger_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_check")),
    )
    op.create_index(op.f("ix_ledger_check_at"), "ledger_check", ["at"], unique=False)

    op.create_table(
        "catalog_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_ja", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_catalog_category_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_category")),
        sa.UniqueConstraint("service_id", "slug", name=op.f("uq_catalog_category_service_id_slug")),
    )
    op.create_table(
        "catalog_settings",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("is_by_contract", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("has_points", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_catalog_settings_service_id")),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_catalog_settings")),
    )
    op.create_table(
        "catalog_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "withdrawn",
                name="itemstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_restricted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("current_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'draft' OR current_id IS NOT NULL", name=op.f("ck_catalog_item_published_has_version")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["catalog_category.id"], name=op.f("fk_catalog_item_category_id")
        ),
        *([] if is_postgresql() else [current_version()]),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_catalog_item_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_item")),
        sa.UniqueConstraint("service_id", "slug", name=op.f("uq_catalog_item_service_id_slug")),
    )
    op.create_index(op.f("ix_catalog_item_category_id"), "catalog_item", ["category_id"], unique=False)
    op.create_index(
        op.f("ix_catalog_item_service_id_state_position"),
        "catalog_item",
        ["service_id", "state", "position"],
        unique=False,
    )

    op.create_table(
        "point_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_number_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("plan_points", sa.Integer(), nullable=False),
        sa.Column("option_points", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("statement_sent_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_point_period_ends_after_start")),
        sa.CheckConstraint("plan_points >= 0 AND option_points >= 0", name=op.f("ck_point_period_points")),
        sa.ForeignKeyConstraint(
            ["customer_number_id"], ["customer_number.id"], name=op.f("fk_point_period_customer_number_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_period")),
        sa.UniqueConstraint(
            "customer_number_id", "starts_on", name=op.f("uq_point_period_customer_number_id_starts_on")
        ),
    )
    op.create_table(
        "request_terms",
        sa.Column("customer_number_id", sa.Integer(), nullable=False),
        sa.Column("includes_requests", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("includes_points", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("plan_points", sa.Integer(), nullable=False),
        sa.Column("option_points", sa.Integer(), nullable=False),
        sa.Column("renews", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "at_period_end",
            sa.Enum(
                "expire", "carry", name="atperiodend", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("mails_statement", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("option_points >= 0", name=op.f("ck_request_terms_option_points")),
        sa.CheckConstraint("plan_points >= 0", name=op.f("ck_request_terms_plan_points")),
        sa.ForeignKeyConstraint(
            ["customer_number_id"], ["customer_number.id"], name=op.f("fk_request_terms_customer_number_id")
        ),
        sa.PrimaryKeyConstraint("customer_number_id", name=op.f("pk_request_terms")),
    )
    op.create_table(
        "catalog_item_number",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("customer_number_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_number_id"],
            ["customer_number.id"],
            name=op.f("fk_catalog_item_number_customer_number_id"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["catalog_item.id"], name=op.f("fk_catalog_item_number_item_id")
        ),
        sa.PrimaryKeyConstraint("item_id", "customer_number_id", name=op.f("pk_catalog_item_number")),
    )
    op.create_index(
        op.f("ix_catalog_item_number_customer_number_id"),
        "catalog_item_number",
        ["customer_number_id"],
        unique=False,
    )

    op.create_table(
        "catalog_item_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_ja", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("description_ja", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("points BETWEEN 0 AND 1000000", name=op.f("ck_catalog_item_version_points")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["catalog_item.id"], name=op.f("fk_catalog_item_version_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user.id"], name=op.f("fk_catalog_item_version_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_item_version")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_catalog_item_version_item_id_number")),
    )
    op.create_index(
        "uq_catalog_item_version_draft",
        "catalog_item_version",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("published_at IS NULL"),
        postgresql_where=sa.text("published_at IS NULL"),
    )

    op.create_table(
        "point_balance",
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("contract", sa.Integer(), server_default="0", nullable=False),
        sa.Column("carried_in", sa.Integer(), server_default="0", nullable=False),
        sa.Column("overdraft", sa.Integer(), server_default="0", nullable=False),
        sa.Column("free", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("expired", sa.Integer(), server_default="0", nullable=False),
        sa.Column("carried_out", sa.Integer(), server_default="0", nullable=False),
        sa.Column("entries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_entry_id", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("carried_in >= 0", name=op.f("ck_point_balance_carried_in")),
        sa.CheckConstraint("carried_out >= 0", name=op.f("ck_point_balance_carried_out")),
        sa.CheckConstraint(
            "contract + carried_in + overdraft = free + held + used + expired + carried_out",
            name=op.f("ck_point_balance_balanced"),
        ),
        sa.CheckConstraint("contract >= 0", name=op.f("ck_point_balance_contract")),
        sa.CheckConstraint("expired >= 0", name=op.f("ck_point_balance_expired")),
        sa.CheckConstraint("free = 0 OR overdraft = 0", name=op.f("ck_point_balance_free_or_overdrawn")),
        sa.CheckConstraint("free >= 0", name=op.f("ck_point_balance_free")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_point_balance_held")),
        sa.CheckConstraint("overdraft >= 0", name=op.f("ck_point_balance_overdraft")),
        sa.CheckConstraint("used >= 0", name=op.f("ck_point_balance_used")),
        sa.ForeignKeyConstraint(["period_id"], ["point_period.id"], name=op.f("fk_point_balance_period_id")),
        sa.PrimaryKeyConstraint("period_id", name=op.f("pk_point_balance")),
    )
    op.create_table(
        "point_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("customer_number_id", sa.Integer(), nullable=False),
        sa.Column("difference", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "booked",
                "refused",
                name="correctionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)", name=op.f("ck_point_correction_decided_has_time")
        ),
        sa.CheckConstraint(
            "state = 'proposed' OR decided_by_id IS NOT NULL",
            name=op.f("ck_point_correction_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id != proposed_by_id",
            name=op.f("ck_point_correction_second_person"),
        ),
        sa.CheckConstraint("difference != 0", name=op.f("ck_point_correction_difference")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_point_correction_reason")),
        sa.ForeignKeyConstraint(
            ["customer_number_id"],
            ["customer_number.id"],
            name=op.f("fk_point_correction_customer_number_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_point_correction_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["point_period.id"], name=op.f("fk_point_correction_period_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user.id"], name=op.f("fk_point_correction_proposed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_correction")),
    )
    op.create_index(
        op.f("ix_point_correction_period_id_id"), "point_correction", ["period_id", "id"], unique=False
    )
    op.create_index(op.f("ix_point_correction_state_id"), "point_correction", ["state", "id"], unique=False)

    op.create_table(
        "work_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("customer_number_id", sa.Integer(), nullable=False),
        sa.Column("requester_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "approval",
                "waiting",
                "accepted",
                "rejected",
                "refused",
                "withdrawn",
                name="requeststate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("overdraft", sa.Integer(), nullable=False),
        sa.Column("overdraft_reason", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'accepted') = (case_id IS NOT NULL)", name=op.f("ck_work_request_accepted_has_case")
        ),
        sa.CheckConstraint(
            "(state IN ('approval', 'waiting')) = (decided_at IS NULL)",
            name=op.f("ck_work_request_decided_has_time"),
        ),
        sa.CheckConstraint(
            "overdraft >= 0 AND (overdraft = 0 OR state = 'accepted')",
            name=op.f("ck_work_request_overdraft_accepted"),
        ),
        sa.CheckConstraint(
            "state != 'rejected' OR length(reason) > 0", name=op.f("ck_work_request_rejected_has_reason")
        ),
        sa.CheckConstraint(
            "state IN ('approval', 'waiting') OR held = 0", name=op.f("ck_work_request_decided_holds_nothing")
        ),
        sa.CheckConstraint(
            "overdraft = 0 OR length(overdraft_reason) > 0", name=op.f("ck_work_request_overdraft_has_reason")
        ),
        sa.CheckConstraint("points >= 0 AND held BETWEEN 0 AND points", name=op.f("ck_work_request_points")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_work_request_case_id")),
        sa.ForeignKeyConstraint(
            ["customer_number_id"], ["customer_number.id"], name=op.f("fk_work_request_customer_number_id")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_work_request_decided_by_id")),
        sa.ForeignKeyConstraint(["item_id"], ["catalog_item.id"], name=op.f("fk_work_request_item_id")),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["catalog_item_version.id"], name=op.f("fk_work_request_item_version_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["point_period.id"], name=op.f("fk_work_request_period_id")),
        sa.ForeignKeyConstraint(["requester_id"], ["user.id"], name=op.f("fk_work_request_requester_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_work_request_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_request")),
        sa.UniqueConstraint("case_id", name=op.f("uq_work_request_case_id")),
        sa.UniqueConstraint("number", name=op.f("uq_work_request_number")),
    )
    op.create_index(
        op.f("ix_work_request_customer_number_id_state_created_at"),
        "work_request",
        ["customer_number_id", "state", "created_at"],
        unique=False,
    )
    op.create_index(op.f("ix_work_request_item_id"), "work_request", ["item_id"], unique=False)
    op.create_index(op.f("ix_work_request_period_id"), "work_request", ["period_id"], unique=False)
    op.create_index(
        op.f("ix_work_request_service_id_state_created_at"),
        "work_request",
        ["service_id", "state", "created_at"],
        unique=False,
    )

    op.create_table(
        "point_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "grant",
                "hold",
                "release",
                "use",
                "overdraft",
                "correction",
                "expiry",
                "carry",
                name="entrykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("correction_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
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
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.CheckConstraint(MOVES, name=op.f("ck_point_entry_move")),
        sa.CheckConstraint(
            "kind != 'correction' OR correction_id IS NOT NULL",
            name=op.f("ck_point_entry_correction_has_cause"),
        ),
        sa.CheckConstraint(
            "kind != 'overdraft' OR length(reason) > 0", name=op.f("ck_point_entry_overdraft_has_reason")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_point_entry_amount")),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_point_entry_actor_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_point_entry_case_id")),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["point_correction.id"], name=op.f("fk_point_entry_correction_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["point_period.id"], name=op.f("fk_point_entry_period_id")),
        sa.ForeignKeyConstraint(["request_id"], ["work_request.id"], name=op.f("fk_point_entry_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_point_entry_key")),
    )
    op.create_index(op.f("ix_point_entry_period_id_id"), "point_entry", ["period_id", "id"], unique=False)
    op.create_index(op.f("ix_point_entry_request_id"), "point_entry", ["request_id"], unique=False)

    op.create_table(
        "request_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("approver_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=False),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("length(content_hash) = 64", name=op.f("ck_request_approval_content_hash")),
        sa.ForeignKeyConstraint(["approver_id"], ["user.id"], name=op.f("fk_request_approval_approver_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["work_request.id"], name=op.f("fk_request_approval_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_approval")),
    )
    op.create_index(
        op.f("ix_request_approval_request_id_id"), "request_approval", ["request_id", "id"], unique=False
    )

    op.create_table(
        "request_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("field_key", sa.String(length=40), nullable=False),
        sa.Column("uploader_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_request_file_file_id")),
        sa.ForeignKeyConstraint(["request_id"], ["work_request.id"], name=op.f("fk_request_file_request_id")),
        sa.ForeignKeyConstraint(["uploader_id"], ["user.id"], name=op.f("fk_request_file_uploader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_request_file_file_id")),
    )
    op.create_index(op.f("ix_request_file_request_id_id"), "request_file", ["request_id", "id"], unique=False)

    if is_postgresql():
        op.create_foreign_key(
            "fk_catalog_item_current_id", "catalog_item", "catalog_item_version", ["current_id"], ["id"]
        )
    set_origins("'inquiry', 'desk', 'alert', 'request'")
    if is_postgresql():
        guard_on_postgresql()
    else:
        guard_on_sqlite()


def set_origins(origins: str) -> None:
    op.execute('ALTER TABLE "case" DROP CONSTRAINT ck_case_origin')
    op.execute(f'ALTER TABLE "case" ADD CONSTRAINT ck_case_origin CHECK (origin IN ({origins}))')


def booked() -> str:
    """What one entry does to the balances of its period."""
    columns = [
        f"{account} = {account} {'+' if account in SOURCES else '-'}"
        f" (CASE WHEN NEW.source = '{account}' THEN NEW.amount ELSE 0 END)"
        f" {'-' if account in SOURCES else '+'} (CASE WHEN NEW.target = '{account}' THEN NEW.amount ELSE 0 END)"
        for account in ACCOUNTS
    ]
    return (
        f"UPDATE point_balance SET {', '.join(columns)}, "  # noqa: S608 - names of our own columns
        "entries = entries + 1, last_entry_id = NEW.id WHERE period_id = NEW.period_id"
    )


# Each rule of the database: its name, when it is asked, whether it is broken, and what it says then.
RULES = (
    ("point_entry_no_update", "BEFORE UPDATE ON point_entry", "", "an entry of the ledger never changes"),
    ("point_entry_no_delete", "BEFORE DELETE ON point_entry", "", "an entry of the ledger never goes"),
    ("point_balance_no_delete", "BEFORE DELETE ON point_balance", "", "balances stay with their period"),
    (
        "point_balance_by_entry",
        "BEFORE UPDATE ON point_balance",
        ("NEW.period_id != OLD.period_id OR NEW.entries != OLD.entries + 1 OR NEW.last_entry_id <= OLD.last_entry_id "
        "OR NOT EXISTS (SELECT 1 FROM point_entry AS entry WHERE entry.id = NEW.last_entry_id "
        "AND entry.period_id = NEW.period_id)"),
        "only an entry changes balances",
    ),
    (
        "point_period_overlap",
        "BEFORE INSERT ON point_period",
        ("EXISTS (SELECT 1 FROM point_period AS other WHERE other.customer_number_id = NEW.customer_number_id "
        "AND other.starts_on <= NEW.ends_on AND other.ends_on >= NEW.starts_on)"),
        "periods of a customer number do not overlap",
    ),
    (
        "point_period_days",
        "BEFORE UPDATE ON point_period",
        ("NEW.starts_on != OLD.starts_on OR NEW.ends_on != OLD.ends_on "
        "OR NEW.customer_number_id != OLD.customer_number_id"),
        "the days of a period stay",
    ),
    (
        "catalog_item_version_published",
        "BEFORE UPDATE ON catalog_item_version",
        "OLD.published_at IS NOT NULL",
        "a published version stays as it is",
    ),
    (
        "catalog_item_version_kept",
        "BEFORE DELETE ON catalog_item_version",
        "OLD.published_at IS NOT NULL",
        "a published version stays",
    ),
    (
        "work_request_decided",
        "BEFORE UPDATE ON work_request",
        "OLD.decided_at IS NOT NULL",
        "a decision is final",
    ),
)  # fmt: skip


def guard_on_sqlite() -> None:
    """Let the database itself hold the rules of the ledger, and of what never changes."""
    for name, moment, broken, says in RULES:
        asked = f"WHEN {broken} " if broken else ""
        op.execute(f"CREATE TRIGGER {name} {moment} {asked}BEGIN SELECT RAISE(ABORT, '{says}'); END")
    op.execute(
        "CREATE TRIGGER point_period_balance AFTER INSERT ON point_period "
        "BEGIN INSERT INTO point_balance (period_id) VALUES (NEW.id); END"
    )
    op.execute(f"CREATE TRIGGER point_entry_booked AFTER INSERT ON point_entry BEGIN {booked()}; END")


def guard_on_postgresql() -> None:
    # Triggers of two transactions do not see each other's new rows; a constraint does.
    op.execute(
        "ALTER TABLE point_period ADD CONSTRAINT ex_point_period_days EXCLUDE USING gist ("
        "int4range(customer_number_id, customer_number_id, '[]') WITH &&, daterange(starts_on, ends_on, '[]') WITH &&)"
    )
    for name, moment, broken, says in RULES:
        kept = "OLD" if "DELETE" in moment else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {broken or 'true'} THEN RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; RETURN {kept}; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} {moment} FOR EACH ROW EXECUTE FUNCTION {name}()")
    for name, moment, does in (
        ("point_period_balance", "point_period", "INSERT INTO point_balance (period_id) VALUES (NEW.id)"),
        ("point_entry_booked", "point_entry", booked()),
    ):
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does}; RETURN NULL; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} AFTER INSERT ON {moment} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    if is_postgresql():
        op.drop_constraint("fk_catalog_item_current_id", "catalog_item")
    op.execute("UPDATE \"case\" SET origin = 'desk' WHERE origin = 'request'")
    set_origins("'inquiry', 'desk', 'alert'")
    op.drop_index("ix_request_file_request_id_id", "request_file")

    op.drop_table("request_file")
    op.drop_index("ix_request_approval_request_id_id", "request_approval")

    op.drop_table("request_approval")
    op.drop_index("ix_point_entry_request_id", "point_entry")
    op.drop_index("ix_point_entry_period_id_id", "point_entry")

    op.drop_table("point_entry")
    op.drop_index("ix_work_request_service_id_state_created_at", "work_request")
    op.drop_index("ix_work_request_period_id", "work_request")
    op.drop_index("ix_work_request_item_id", "work_request")
    op.drop_index("ix_work_request_customer_number_id_state_created_at", "work_request")

    op.drop_table("work_request")
    op.drop_index("ix_point_correction_state_id", "point_correction")
    op.drop_index("ix_point_correction_period_id_id", "point_correction")

    op.drop_table("point_correction")
    op.drop_table("point_balance")
    op.drop_index("uq_catalog_item_version_draft", "catalog_item_version")

    op.drop_table("catalog_item_version")
    op.drop_index("ix_catalog_item_number_customer_number_id", "catalog_item_number")

    op.drop_table("catalog_item_number")
    op.drop_table("request_terms")
    op.drop_table("point_period")
    op.drop_index("ix_catalog_item_service_id_state_position", "catalog_item")
    op.drop_index("ix_catalog_item_category_id", "catalog_item")

    op.drop_table("catalog_item")
    op.drop_table("catalog_settings")
    op.drop_table("catalog_category")
    op.drop_index("ix_ledger_check_at", "ledger_check")

    op.drop_table("ledger_check")
    if is_postgresql():
        for name in (*(rule[0] for rule in RULES), "point_period_balance", "point_entry_booked"):
            op.execute(f"DROP FUNCTION {name}()")
