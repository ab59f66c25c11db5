"""Proofs of identity, profiles, login history.

Revision: 1795229895, after 1795224312.
"""

import sqlalchemy as sa
from alembic import op

revision = "1795229895"
down_revision = "1795224312"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    # Sessions and links know more reasons and purposes now, and a session says when its person was last proved.
    # Those of before cannot say it: people sign in again, and links are good for an hour only.
    op.drop_table("account_link")
    op.drop_table("auth_session")
    create_sessions(
        "logout", "replaced", "disabled", "password", "mfa", "owner", "desk", "frozen", with_proof=True
    )
    create_links("first_password", "reset", "not_me")

    op.create_table(
        "throttle_hit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_throttle_hit")),
    )
    with op.batch_alter_table("throttle_hit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_throttle_hit_bucket_at"), ["bucket", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_throttle_hit_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "try_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "password", "reset", name="trykind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("in_a_row", sa.Integer(), nullable=False),
        sa.Column("since_success", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.Column("touched_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("in_a_row BETWEEN 0 AND 5", name=op.f("ck_try_count_five_at_most")),
        sa.CheckConstraint("since_success >= in_a_row", name=op.f("ck_try_count_success_resets_both")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_try_count")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_try_count_kind_subject")),
    )
    with op.batch_alter_table("try_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_try_count_touched_at"), ["touched_at"], unique=False)

    op.create_table(
        "authenticator",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.String(length=400), nullable=False),
        sa.Column("paired_at", sa.DateTime(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_authenticator_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_authenticator")),
    )
    op.create_table(
        "browser_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "exemption", "known", name="markkind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("browser", sa.String(length=300), nullable=False),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_browser_mark_expires_later")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_browser_mark_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_mark")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_browser_mark_token_hash")),
    )
    with op.batch_alter_table("browser_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_browser_mark_user_id_kind"), ["user_id", "kind"], unique=False)

    op.create_table(
        "login_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("login_id", sa.String(length=40), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["holder_id"], ["contract_holder.id"], name=op.f("fk_login_event_holder_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_login_event_service_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_login_event_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_event")),
    )
    with op.batch_alter_table("login_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_event_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_event_holder_id_at"), ["holder_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_event_user_id_at"), ["user_id", "at"], unique=False)

    op.create_table(
        "mfa_removal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("identity_check", sa.String(length=1000), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(decided_by_id IS NULL) = (decided_at IS NULL) AND (decided_at IS NULL) = (is_approved IS NULL)",
            name=op.f("ck_mfa_removal_decided_whole"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_mfa_removal_two_people")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_mfa_removal_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_mfa_removal_decided_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_mfa_removal_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mfa_removal")),
    )
    with op.batch_alter_table("mfa_removal", schema=None) as batch_op:
        batch_op.create_index(
            "uq_mfa_removal_open",
            ["user_id"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_passkey_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_user_id"), ["user_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_user_id"), ["user_id"], unique=False)

    op.create_table(
        "user_picture",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_picture_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user_picture")),
    )
    op.create_table(
        "proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "sign_in",
                "confirm",
                name="proofpurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("password_proved_at", sa.DateTime(), nullable=True),
        sa.Column("needs_unlock", sa.Boolean(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("mail_code_hash", sa.String(length=64), nullable=True),
        sa.Column("mail_code_sent_at", sa.DateTime(), nullable=True),
        sa.Column("challenge", sa.String(length=128), nullable=True),
        sa.Column("next", sa.String(length=2000), nullable=False),
        sa.Column("form", sa.JSON(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("wrong_codes BETWEEN 0 AND 5", name=op.f("ck_proof_five_at_most")),
        sa.ForeignKeyConstraint(["session_id"], ["auth_session.id"], name=op.f("fk_proof_session_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_proof_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_proof_token_hash")),
    )
    with op.batch_alter_table("proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proof_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_proof_user_id"), ["user_id"], unique=False)

    with op.batch_alter_table("service", recreate="never") as batch_op:
        batch_op.add_column(
            sa.Column("cautions_mail_change", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("mails_new_contacts", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("user", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("job_title", sa.String(length=100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("biography", sa.String(length=1000), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("business_phone", sa.String(length=32), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("mobile_phone", sa.String(length=32), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("has_accessibility", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("mfa_enabled", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(
            sa.Column("mail_code_barred", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("proof_epoch", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("reset_completed_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("frozen_at", sa.DateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("updated_at", sa.DateTime(), nullable=False, server_default="2026-01-01 00:00:00")
        )
    op.execute('UPDATE "user" SET updated_at = created_at')


def downgrade() -> None:
    with op.batch_alter_table("user", recreate="never") as batch_op:
        batch_op.drop_column("updated_at")
        batch_op.drop_column("frozen_at")
        batch_op.drop_column("mail_code_barred")
        batch_op.drop_column("reset_completed_at")
        batch_op.drop_column("proof_epoch")
        batch_op.drop_column("mfa_enabled")
        batch_op.drop_column("has_accessibility")
        batch_op.drop_column("mobile_phone")
        batch_op.drop_column("business_phone")
        batch_op.drop_column("biography")
        batch_op.drop_column("job_title")

    with op.batch_alter_table("service", recreate="never") as batch_op:
        batch_op.drop_column("mails_new_contacts")
        batch_op.drop_column("cautions_mail_change")

    with op.batch_alter_table("proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proof_user_id"))
        batch_op.drop_index(batch_op.f("ix_proof_expires_at"))

    op.drop_table("proof")
    op.drop_table("user_picture")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_user_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_user_id"))

    op.drop_table("passkey")
    with op.batch_alter_table("mfa_removal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_mfa_removal_open",
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.drop_table("mfa_removal")
    with op.batch_alter_table("login_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_event_user_id_at"))
        batch_op.drop_index(batch_op.f("ix_login_event_holder_id_at"))
        batch_op.drop_index(batch_op.f("ix_login_event_at"))

    op.drop_table("login_event")
    with op.batch_alter_table("browser_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_browser_mark_user_id_kind"))

    op.drop_table("browser_mark")
    op.drop_table("authenticator")
    with op.batch_alter_table("try_count", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_try_count_touched_at"))

    op.drop_table("try_count")

    op.drop_table("throttle_hit")
    op.drop_table("account_link")
    op.drop_table("auth_session")
    create_sessions("logout", "replaced", "disabled", with_proof=False)
    create_links("first_password")


def create_sessions(*ends: str, with_proof: bool) -> None:
    proof = (
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("proved_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "auth_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        *(proof if with_proof else ()),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column(
            "end_reason",
            sa.Enum(*ends, name="sessionend", native_enum=False, create_constraint=True, length=32),
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


def create_links(*purposes: str) -> None:
    op.create_table(
        "account_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(*purposes, name="linkpurpose", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_account_link_expires_later")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_account_link_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_link_token_hash")),
    )
    with op.batch_alter_table("account_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_link_user_id"), ["user_id"], unique=False)
