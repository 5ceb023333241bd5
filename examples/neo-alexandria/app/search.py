"""Neo Alexandria's search service for both databases: SQLite's FTS5 or PostgreSQL's tsvector, behind one function.

Needs SQLAlchemy 2 and psycopg 3. `python search.py WORDS` searches the database of DATABASE_URL.
"""

import json
import logging
import os
import sys
import time

from sqlalchemy import (
    JSON,
    Column,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    literal_column,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR, UUID
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker

DATABASE_URL = os.getenv("DATABASE_URL", "sqlite:///backend.db").replace("postgresql://", "postgresql+psycopg://", 1)
SLOW_SECONDS = 1.0
log = logging.getLogger("search")

POOL = {
    "pool_size": int(os.getenv("POOL_SIZE", "20")),
    "max_overflow": int(os.getenv("MAX_OVERFLOW", "40")),
    "pool_recycle": 3600,
    "pool_pre_ping": True,
}
engine = create_engine(DATABASE_URL, **(POOL if DATABASE_URL.startswith("postgresql") else {}))
Session = sessionmaker(engine)

# One model for both: JSON is text in SQLite and JSONB in PostgreSQL, ids are text or uuid.
Json = JSON().with_variant(JSONB, "postgresql")
Id = String(36).with_variant(UUID(as_uuid=False), "postgresql")
resources = Table(
    "resources",
    MetaData(),
    Column("id", Id, primary_key=True),
    Column("title", String),
    Column("description", Text),
    Column("subject", Json),
    Column("search_vector", Text().with_variant(TSVECTOR, "postgresql")),
)


@event.listens_for(engine, "before_cursor_execute")
def note_start(_connection, _cursor, _statement, _parameters, context, _many):
    context.started = time.monotonic()


@event.listens_for(engine, "after_cursor_execute")
def tell_slow(_connection, _cursor, statement, _parameters, context, _many):
    """The statement, never its parameters: those are users' words."""
    seconds = time.monotonic() - context.started
    if seconds > SLOW_SECONDS:
        log.warning("slow query, %.2f s: %s", seconds, statement)


def with_retry(work, attempts: int = 4):
    """Runs work(session) in a transaction of its own; again, after a pause, where the connection was lost."""
    for attempt in range(1, attempts + 1):
        try:
            with Session() as session, session.begin():
                return work(session)
        except OperationalError:
            if attempt == attempts:
                raise
            time.sleep(0.2 * 2**attempt)


def search(session, words: str, limit: int = 20) -> list[tuple[str, str]]:
    """Id and title of what fits best, best first."""
    if session.bind.dialect.name != "postgresql":
        found = text(
            "SELECT r.id, r.title FROM resources_fts f JOIN resources_fts_doc d ON d.rowid = f.rowid "
            "JOIN resources r ON r.id = d.resource_id WHERE resources_fts MATCH :words ORDER BY rank LIMIT :limit"
        )
        return session.execute(found, {"words": words, "limit": limit}).all()
    query = func.websearch_to_tsquery(literal_column("'english'::regconfig"), words)
    vector = resources.c.search_vector
    ranked = select(resources.c.id, resources.c.title).where(vector.op("@@")(query))
    return session.execute(ranked.order_by(func.ts_rank(vector, query).desc()).limit(limit)).all()


def about(session, subject: str, limit: int = 20) -> list[tuple[str, str]]:
    """Resources with that subject: containment, answered by the GIN index; json_each on SQLite."""
    columns = select(resources.c.id, resources.c.title)
    if session.bind.dialect.name == "postgresql":
        # The column's type for both databases does not know containment; that of PostgreSQL does.
        subjects = type_coerce(resources.c.subject, JSONB)
        return session.execute(columns.where(subjects.contains([subject])).limit(limit)).all()
    each = text("EXISTS (SELECT 1 FROM json_each(resources.subject) WHERE value = :subject)").bindparams(subject=subject)
    return session.execute(columns.where(each).limit(limit)).all()


def pool_usage() -> dict:
    """For /monitoring/database."""
    pool = engine.pool
    names = {"size": "size", "in_use": "checkedout", "available": "checkedin", "overflow": "overflow"}
    return {name: getattr(pool, method)() for name, method in names.items() if hasattr(pool, method)}


if __name__ == "__main__":
    wanted = " ".join(sys.argv[1:]) or "history"
    print(engine.dialect.name, json.dumps({"pool": pool_usage()}))
    for identifier, heading in with_retry(lambda session: search(session, wanted, 5)):
        print(identifier, heading)
    print("about AI:", len(with_retry(lambda session: about(session, "AI", 1000))))
