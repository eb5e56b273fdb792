"""The archive's schema, its only writer, its reader, revisions, migrations."""
