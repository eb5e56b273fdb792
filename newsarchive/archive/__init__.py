"""The archive: tables, migrations, the only writer, the readers, and what a revision is."""
