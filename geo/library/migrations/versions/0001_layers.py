"""Layers, their versions, and the count of changes."""

import sqlalchemy as sa
from alembic import op

from geo.library.tables import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the first catalogue."""
    op.create_table(
        "layers",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("archived", Instant()),
        sa.PrimaryKeyConstraint("key", name="pk_layers"),
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("layer_key", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(20), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("look", sa.JSON(), nullable=False),
        sa.Column("origin", sa.JSON()),
        sa.Column("report", sa.JSON()),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("features", sa.Integer(), nullable=False),
        sa.Column("geometry", sa.String(10), nullable=False),
        sa.Column("bounds", sa.JSON()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("restored_from", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.ForeignKeyConstraint(["layer_key"], ["layers.key"], name="fk_versions_layer_key", ondelete="CASCADE"),
        sa.UniqueConstraint("layer_key", "number", name="uq_versions_layer_key"),
    )
    op.create_index("ix_versions_content", "versions", ["content"])
    state = op.create_table(
        "state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_state"),
    )
    op.bulk_insert(state, [{"id": 1, "serial": 0}])
