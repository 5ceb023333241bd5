"""Semantik's database layer for both databases: factory, sessions, retry, bulk insert, upsert, JSONB and full-text search.

Needs SQLAlchemy 2 and psycopg 3. `python repository.py` says which database it speaks to and what is in it.
"""

import json
import logging
import os
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager

from sqlalchemy import MetaData, Table, cast, create_engine, event, func, inspect, select
from sqlalchemy.dialects.postgresql import REGCONFIG
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker

DATABASE_URL = os.getenv("DATABASE_URL", "sqlite:///webui.db").replace("postgresql://", "postgresql+psycopg://", 1)
SLOW_SECONDS = 1.0
LANGUAGES = {"chunks": "english", "documents": "simple"}  # as in landbridge.yaml: file names have no endings to cut off
log = logging.getLogger("repository")


def make_engine(url: str = DATABASE_URL):
    """The one place that knows how each database wants to be spoken to."""
    if not url.startswith("postgresql"):
        return create_engine(url, connect_args={"timeout": 30})
    return create_engine(
        url,
        pool_size=int(os.getenv("POOL_SIZE", "20")),
        max_overflow=int(os.getenv("MAX_OVERFLOW", "40")),
        pool_pre_ping=True,
        pool_recycle=3600,
        connect_args={
            "connect_timeout": 10,
            "application_name": "semantik",
            "options": "-c statement_timeout=30000",
        },
    )


engine = make_engine()
Session = sessionmaker(engine)


@event.listens_for(engine, "before_cursor_execute")
def note_start(_connection, _cursor, _statement, _parameters, context, _many):
    context.started = time.monotonic()


@event.listens_for(engine, "after_cursor_execute")
def tell_slow(_connection, _cursor, statement, _parameters, context, _many):
    """The statement, never its parameters: those are users' words."""
    seconds = time.monotonic() - context.started
    if seconds > SLOW_SECONDS:
        log.warning("slow query, %.2f s: %s", seconds, statement)


@contextmanager
def transaction():
    with Session() as session, session.begin():
        yield session


def with_retry(work, attempts: int = 4):
    """Runs work(session) in a transaction of its own; again, after a pause, where the connection was lost."""
    for attempt in range(1, attempts + 1):
        try:
            with transaction() as session:
                return work(session)
        except OperationalError:
            if attempt == attempts:
                raise
            time.sleep(0.2 * 2**attempt)


class Repository(ABC):
    """What the services use; neither of them knows which database is behind it."""

    def __init__(self, session, table: Table):
        self.session, self.table = session, table

    @abstractmethod
    def bulk_insert(self, rows: list[dict]) -> None: ...

    @abstractmethod
    def upsert(self, row: dict) -> None: ...

    @abstractmethod
    def search(self, words: str, column: str = "content", limit: int = 20) -> list: ...

    def _upsert(self, statement, row: dict) -> None:
        # The key of this database: that of chunks holds collection_id in PostgreSQL, where the table is partitioned by it.
        key = self.table.primary_key.columns.keys()
        changed = {name: statement.excluded[name] for name in row if name not in key}
        self.session.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))


class SqliteRepository(Repository):
    def bulk_insert(self, rows):
        self.session.execute(self.table.insert(), rows)

    def upsert(self, row):
        self._upsert(sqlite_insert(self.table).values(row), row)

    def search(self, words, column="content", limit=20):
        wanted = self.table.c[column].contains(words, autoescape=True)
        return self.session.execute(select(self.table).where(wanted).limit(limit)).all()


class PostgresRepository(Repository):
    def bulk_insert(self, rows):
        """COPY: some ten times faster than INSERTs. Dictionaries and lists go as JSON."""
        names = list(rows[0])
        quote = self.session.bind.dialect.identifier_preparer.quote
        columns = ", ".join(quote(name) for name in names)
        cursor = self.session.connection().connection.cursor()
        with cursor.copy(f"COPY {quote(self.table.name)} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([json.dumps(v) if isinstance(v, (dict, list)) else v for v in (row[n] for n in names)])

    def upsert(self, row):
        self._upsert(postgres_insert(self.table).values(row), row)

    def search(self, words, column="content", limit=20):
        query = func.websearch_to_tsquery(cast(LANGUAGES[self.table.name], REGCONFIG), words)
        vector = self.table.c.search_vector
        ranked = select(self.table).where(vector.op("@@")(query)).order_by(func.ts_rank(vector, query).desc())
        return self.session.execute(ranked.limit(limit)).all()

    def with_meta(self, part: dict, limit: int = 20) -> list:
        """JSONB containment: answered by the GIN index with jsonb_path_ops."""
        return self.session.execute(select(self.table).where(self.table.c.meta.contains(part)).limit(limit)).all()


def repository(session, name: str) -> Repository:
    """The factory: by the session's own database."""
    table = Table(name, MetaData(), autoload_with=session.connection())
    kind = PostgresRepository if session.bind.dialect.name == "postgresql" else SqliteRepository
    return kind(session, table)


if __name__ == "__main__":
    names = [name for name in inspect(engine).get_table_names() if name in {"users", "collections", "documents", "chunks"}]
    counts = with_retry(
        lambda session: {
            name: session.scalar(select(func.count()).select_from(repository(session, name).table)) for name in names
        }
    )
    print(engine.dialect.name, counts)
