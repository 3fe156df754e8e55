"""A name for the catalogue itself, so that stored features can tell whose they are."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Name the catalogue at random."""
    op.add_column("state", sa.Column("catalogue", sa.String(32), nullable=False, server_default=""))
    op.execute(sa.text("UPDATE state SET catalogue = :name").bindparams(name=uuid4().hex))
