"""Database: opens an archive, SQLite file or PostgreSQL server, and hands out its transactions.

The two differ here and nowhere else: how a connection is set up, how a transaction begins, what an error means.

SQLite runs in WAL mode (readers never wait for the writer) with ``synchronous=FULL``: in WAL mode the cheaper NORMAL
keeps the file consistent over a power cut but may lose the last transactions, and the crawl was told that they are on
disk. FULL costs one fsync a transaction, and there is one transaction a batch.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import orjson
from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, inspect, make_url, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, ProgrammingError

from newsarchive.archive.lease import Lease
from newsarchive.archive.read_only_file import read_only_uri
from newsarchive.archive.schema.metadata import HEAD
from newsarchive.errors import ArchiveError, ArchiveUnavailableError, HomeError, NewsArchiveError, NoArchiveError

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_S = 30.0
"""How long a SQLite transaction waits for another writer before the archive counts as locked."""
CACHE_KIB = 32 * 1024
"""Page cache of a SQLite connection."""
MAX_LOG_BYTES = 64 * 1024 * 1024
"""Size SQLite's write-ahead log is cut back to once it has been moved into the file."""

_VANISHING = {
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
}
"""How libpq finds out, within ten seconds, that a server is gone that said no farewell. Left to itself, a machine
behind a cut cable waits a quarter of an hour. (https://www.postgresql.org/docs/current/libpq-connect.html)"""

_PAGE_BYTES = 4096
"""Of a SQLite file, by default."""
_MIGRATION_LOCK = 0x6E657773
"""PostgreSQL advisory lock (the letters "news") of whoever migrates: two programs may open a new database at once."""


class Database:
    """An open archive database at the schema this program knows. Threads may share it."""

    def __init__(self, engine: Engine, target: Path | str, name: str) -> None:
        self.target = target
        """The file, or the URL with its password."""
        self.name = name
        """How messages call it: the file's path, or the URL without its password."""
        self._engine = engine
        self._writing = engine.execution_options(immediate=True)
        self._reading = engine
        if engine.dialect.name == "postgresql":
            self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @classmethod
    def open(cls, target: Path | str, *, create: bool = False, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Self:
        """Open an archive and bring its schema up to date.

        A Path is a SQLite file; a str is the URL of a PostgreSQL database, like
        ``postgresql://user:password@host:5432/name``. With ``create`` what is missing is made: the folder and the
        file, or the tables. Migrations run in one transaction: a killed one leaves the old schema. Where the file
        cannot be written it can still be read.

        Raises ArchiveError if the archive is missing, corrupt, locked, of another program or written by a newer
        newsarchive, or its server cannot be reached; HomeError if its folder cannot be written.
        """
        if isinstance(target, Path):
            database = cls(_sqlite_engine(target, create, busy_timeout_s), target, str(target))
        else:
            url = _postgresql_url(target)
            database = cls(_postgresql_engine(url), target, _shown(url))
        try:
            database._migrate(create=create)
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: one unchanging view of the archive for as long as it lasts."""
        with self._clear_errors(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes, on disk when the block is left; an exception undoes all of it.

        On SQLite it takes the write lock at once, so that what it has read stays true until it commits.
        """
        with self._clear_errors(), self._writing.begin() as connection:
            yield connection

    def upsert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that can take an ON CONFLICT clause, in the database's dialect."""
        if self._engine.dialect.name == "sqlite":
            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # four megabytes that an archive in a file has no use for

        return postgresql.insert(table)

    def size_bytes(self) -> int:
        """What the archive takes on the disk: the file and its write-ahead log, or all tables with their indexes."""
        if isinstance(self.target, Path):
            files = (self.target, self.target.with_name(f"{self.target.name}-wal"))
            return sum(file.stat().st_size for file in files if file.exists())
        with self.read() as connection:
            size = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'"
            schema = "relnamespace = current_schema()::regnamespace"
            return int(connection.execute(text(f"{size} AND {schema}")).scalar() or 0)

    @contextmanager
    def alone(self, purpose: str) -> Iterator[Lease | None]:
        """Be the only program on any machine that does this to the archive, until the block ends or the program does.

        Gives None if another program is at it. For PostgreSQL only; who shares a SQLite file shares its folder, too.
        """
        assert self._engine.dialect.name == "postgresql"
        lease = Lease(self._engine, purpose)
        with self._clear_errors():
            is_taken = lease.renew()
        try:
            yield lease if is_taken else None
        finally:
            lease.end()

    def close(self) -> None:
        """Give all connections back; SQLite moves its write-ahead log into the file."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _migrate(self, *, create: bool) -> None:
        with self.read() as connection:
            if self._version(connection, create=create) == HEAD:
                return
        with self.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            if self._version(connection, create=create) != HEAD:  # another program may have been faster
                _upgrade(connection)

    def _version(self, connection: Connection, *, create: bool) -> str | None:
        """The schema's version, None if there are no tables yet and they may be made."""
        tables = inspect(connection).get_table_names()
        if "alembic_version" in tables:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if isinstance(version, str) and version.isdigit() and "article" in tables:
                if version > HEAD:
                    raise ArchiveError(
                        f"{self.name} was written by a newer newsarchive (schema {version}, this one knows up to "
                        f"{HEAD}): update newsarchive"
                    )
                return version
        if tables and (connection.dialect.name == "sqlite" or "alembic_version" in tables):
            raise ArchiveError(f"{self.name} is a database of another program: choose another place for the archive")
        if not create:
            raise _missing(self.name)
        return None

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            clear = _clear_error(self.name, error)
            if clear is None:
                raise
            raise clear from error


def _missing(name: str) -> NoArchiveError:
    where = "NEWSARCHIVE_DATABASE" if "://" in name else "NEWSARCHIVE_HOME"
    return NoArchiveError(
        f"there is no archive at {name}: start one with `newsarchive site add URL`, or say where yours is with {where}"
    )


def _sqlite_engine(path: Path, create: bool, busy_timeout_s: float) -> Engine:
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.exists():
            raise _missing(str(path))
    except OSError as error:
        raise HomeError(
            f"{path.parent} cannot be used as an archive home ({error.strerror}): "
            "name another with --home or NEWSARCHIVE_HOME"
        ) from error
    if path.is_dir():
        raise ArchiveError(f"{path} is a folder, not an archive file: name its home folder instead")
    uri = read_only_uri(path) if path.exists() else None
    engine = create_engine(
        URL.create("sqlite", database=str(path) if uri is None else uri, query={} if uri is None else {"uri": "true"}),
        connect_args={"timeout": busy_timeout_s},
        json_serializer=_to_json,
        json_deserializer=_from_json,
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # Transactions begin where we say, below, not at the first INSERT.
        if uri is None and _switched_to_log(connection, busy_timeout_s) != "wal":
            raise HomeError(f"{path.parent} is on a file system without shared memory: put the archive on a local disk")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone does not reach the disk
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        # A long export keeps the log from being emptied while a crawl writes; afterwards it gives the space back.
        connection.execute(f"PRAGMA journal_size_limit = {MAX_LOG_BYTES}")
        # Each batch changes pages all over the index of sketches; moved into the file at every fourth megabyte, as
        # SQLite does by itself, most of them would be written there again and again.
        connection.execute(f"PRAGMA wal_autocheckpoint = {MAX_LOG_BYTES // _PAGE_BYTES}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _switched_to_log(connection: sqlite3.Connection, busy_timeout_s: float) -> str:
    """The journal mode after asking for WAL.

    SQLite does not let this wait for another writer as everything else does, and two programs may make a new archive at
    once. (https://sqlite.org/c3ref/busy_handler.html: "the presence of a busy handler does not guarantee".)
    """
    deadline = monotonic() + busy_timeout_s
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return str(mode)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() >= deadline:
                raise
        sleep(0.02)


def load_driver(target: Path | str) -> None:
    """Import now what :meth:`Database.open` would import for a server. Connects to nothing. Raises ArchiveError."""
    if isinstance(target, str):
        _postgresql_engine(_postgresql_url(target))


def _postgresql_url(target: str) -> URL:
    try:
        url = make_url(target)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        url = None
    if url is None or url.get_backend_name() not in ("postgresql", "postgres") or not url.database:
        raise ArchiveError("the database's address is not like postgresql://user:password@host:5432/name")
    return url.set(drivername="postgresql+psycopg")


def _shown(url: URL) -> str:
    """The URL as messages have it. Only what libpq reads from its query is no secret is kept: the schema's name."""
    options = {name: value for name, value in url.query.items() if name == "options"}
    return url.set(drivername="postgresql", query=options).render_as_string(hide_password=True)


def _postgresql_engine(url: URL) -> Engine:
    try:
        return create_engine(
            url,
            connect_args={"application_name": "newsarchive", **_VANISHING},
            pool_pre_ping=True,  # a server may have been restarted in between
            json_serializer=_to_json,
            json_deserializer=_from_json,
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise ArchiveError("PostgreSQL needs its driver: pip install 'newsarchive[postgresql]'") from error


def _to_json(value: Any) -> str:  # noqa: ANN401 (JSON)
    return orjson.dumps(value).decode()


def _from_json(value: str | bytes) -> Any:  # noqa: ANN401 (JSON)
    return orjson.loads(value)


def _upgrade(connection: Connection) -> None:
    # Alembic takes a quarter of a second to import, and is needed once in the life of a schema.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _clear_error(name: str, error: DBAPIError) -> NewsArchiveError | None:
    """What a database's error means to a person; None for one that is our own mistake."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
        not_text = str(cause).startswith("Could not decode to UTF-8")  # Python's own, without a code
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT) or not_text:
            state = "is not a database" if code == sqlite3.SQLITE_NOTADB else "is damaged"
            return ArchiveError(f"{name} {state}: restore it from a backup, or move it away to start a new archive")
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return ArchiveUnavailableError(f"{name} is locked by another program: try again when that has finished")
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
            return HomeError(
                f"{name} cannot be opened for writing: make it and its folder writable, or name another home with "
                "NEWSARCHIVE_HOME"
            )
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            return HomeError(f"{name} cannot be written ({cause}): check the disk's space and health")
        return None
    # https://www.postgresql.org/docs/current/errcodes-appendix.html; no code: the server was not reached at all.
    # A ProgrammingError without one is the driver's, about the URL itself.
    unreached = isinstance(error, OperationalError | ProgrammingError)
    state = getattr(cause, "sqlstate", None) or ("08" if unreached else "")
    if state[:2] in ("08", "28", "3D", "57"):
        reason = " ".join(str(cause).split())[:300]
        kind = ArchiveUnavailableError if state[:2] in ("08", "57") else ArchiveError
        return kind(f"{name} cannot be reached: {reason}; check the server and the address")
    if state[:2] == "40":  # two transactions that waited for each other: one was undone for the other's sake
        reason = str(cause).partition("\n")[0]
        return ArchiveUnavailableError(f"{name} undid what crossed another program's writing: {reason}; try again")
    if state in ("42501", "25006") or state[:2] == "3F":
        return ArchiveError(
            f"{name} cannot be written ({' '.join(str(cause).split())[:300]}): give its user the right to create and "
            "change tables there"
        )
    if state[:2] == "53":
        return ArchiveError(
            f"{name} is out of resources: {' '.join(str(cause).split())[:300]}; make room on the server"
        )
    return None
