"""What Alembic runs to migrate the catalogue: on the connection that ``geo.library.database`` hands over."""

from alembic import context

from geo.library.tables import Base

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("The catalogue is migrated by the app itself, when it first opens it.")
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
