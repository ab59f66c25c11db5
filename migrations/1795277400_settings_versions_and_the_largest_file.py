"""Settings of a service: which version a form was made from, and how large its customers' files may be.

Revision: 1795277400, after 1795276800.
"""

import sqlalchemy as sa
from alembic import op

revision = "1795277400"
down_revision = "1795276800"
branch_labels = ()
depends_on = None

VERSIONS = ("hours_version", "targets_version")


def upgrade() -> None:
    with op.batch_alter_table("case_settings", recreate="never") as batch_op:
        for name in VERSIONS:
            batch_op.add_column(sa.Column(name, sa.Integer(), server_default="1", nullable=False))
    with op.batch_alter_table("service", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("largest_file", sa.BigInteger(), nullable=True))
    op.execute(
        "ALTER TABLE service ADD CONSTRAINT ck_service_largest_file "
        "CHECK (largest_file IS NULL OR largest_file > 0)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE service DROP CONSTRAINT ck_service_largest_file")
    with op.batch_alter_table("service", recreate="never") as batch_op:
        batch_op.drop_column("largest_file")
    with op.batch_alter_table("case_settings", recreate="never") as batch_op:
        for name in reversed(VERSIONS):
            batch_op.drop_column(name)
