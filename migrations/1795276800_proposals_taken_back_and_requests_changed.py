"""Corrections that their proposers took back, and when a request was changed after it had come to the desk.

Revision: 1795276800, after 1795265055.
"""

import sqlalchemy as sa
from alembic import op

revision = "1795276800"
down_revision = "1795265055"
branch_labels = ()
depends_on = None

STATES = "'proposed', 'booked', 'refused'"
ANOTHER = "decided_by_id IS NULL OR decided_by_id != proposed_by_id"
FINAL = "point_correction_decided"


def is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def upgrade() -> None:
    set_check("correctionstate", f"state IN ({STATES}, 'withdrawn')")
    set_check(
        "second_person", "decided_by_id IS NULL OR (state = 'withdrawn') = (decided_by_id = proposed_by_id)"
    )
    keep_decisions()
    op.add_column("work_request", sa.Column("changed_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("work_request", "changed_at")
    op.execute(f"DROP TRIGGER {FINAL}" + (" ON point_correction" if is_postgresql() else ""))
    if is_postgresql():
        op.execute(f"DROP FUNCTION {FINAL}()")
    # The older tables know of no withdrawal, and nothing was booked for one.
    op.execute("DELETE FROM point_correction WHERE state = 'withdrawn'")
    set_check("second_person", ANOTHER)
    set_check("correctionstate", f"state IN ({STATES})")


def set_check(name: str, rule: str) -> None:
    op.execute(f"ALTER TABLE point_correction DROP CONSTRAINT ck_point_correction_{name}")
    op.execute(f"ALTER TABLE point_correction ADD CONSTRAINT ck_point_correction_{name} CHECK ({rule})")


def keep_decisions() -> None:
    """Let the database itself keep what was decided on a correction (PT-06)."""
    moment, says = "BEFORE UPDATE ON point_correction", "a decision is final"
    broken = "OLD.decided_at IS NOT NULL"
    if not is_postgresql():
        op.execute(f"CREATE TRIGGER {FINAL} {moment} WHEN {broken} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    op.execute(
        f"CREATE FUNCTION {FINAL}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {broken} THEN RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {FINAL} {moment} FOR EACH ROW EXECUTE FUNCTION {FINAL}()")
