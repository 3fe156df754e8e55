"""What left the app: each export with the view and the choices it was made of, and the code that it carries."""

import sqlalchemy as sa
from alembic import op

from geo.library.tables import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of exports."""
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("marking", sa.String(20), nullable=False),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("data", sa.String(8), nullable=False),
        sa.Column("forgotten", Instant()),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
        sa.UniqueConstraint("uid", name="uq_exports_uid"),
    )
    op.create_index("ix_exports_code", "exports", ["code"])
