"""Run by Alembic for every migration: uses the connection, and the transaction, of the Database that is opening.

A new migration is a file ``versions/NNNN_what_it_does.py`` with the next number, written by hand, and that number in
``schema.metadata.HEAD``. The test of the migrations prints what the tables lack against the modules of ``schema``.
SQLite changes most things about a table only by copying it (``op.batch_alter_table``), which loses triggers and views
silently: drop the views first and make them again.
"""

from alembic import context

from newsarchive.archive.schema.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
