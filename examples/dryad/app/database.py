"""Dryad's database module: asynchronous, one URL decides between PostgreSQL and dryad.db, everything else stays as it is.

Needs SQLAlchemy 2, asyncpg, and aiosqlite for the file. `python database.py` is the plan's connection test.
"""

import asyncio
import logging
import os
import time
from contextlib import asynccontextmanager

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

SLOW_SECONDS = 1.0
log = logging.getLogger("dryad.database")


def get_database_url() -> str:
    """The URL with the driver that is used here; a URL that names one already stays as it is."""
    url = os.getenv("DATABASE_URL", "sqlite+aiosqlite:///./dryad.db")
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def make_engine(url: str):
    """POSTGRES_POOL_SIZE 10, MAX_OVERFLOW 20, POOL_TIMEOUT 30, POOL_RECYCLE 3600, as the plan has them; none for SQLite."""
    if not url.startswith("postgresql"):
        return create_async_engine(url, poolclass=NullPool)
    return create_async_engine(
        url,
        pool_size=int(os.getenv("POSTGRES_POOL_SIZE", "10")),
        max_overflow=int(os.getenv("POSTGRES_MAX_OVERFLOW", "20")),
        pool_timeout=int(os.getenv("POSTGRES_POOL_TIMEOUT", "30")),
        pool_recycle=int(os.getenv("POSTGRES_POOL_RECYCLE", "3600")),
        pool_pre_ping=True,
        # The role has its search_path already; said here as well, the module works with any role.
        connect_args={"timeout": 10, "server_settings": {"application_name": "dryad", "search_path": "dryad, public"}},
    )


engine = make_engine(get_database_url())
Session = async_sessionmaker(engine, expire_on_commit=False)


@event.listens_for(engine.sync_engine, "before_cursor_execute")
def note_start(_connection, _cursor, _statement, _parameters, context, _many):
    context.started = time.monotonic()


@event.listens_for(engine.sync_engine, "after_cursor_execute")
def tell_slow(_connection, _cursor, statement, _parameters, context, _many):
    """The statement, never its parameters: those are what users have said."""
    seconds = time.monotonic() - context.started
    if seconds > SLOW_SECONDS:
        log.warning("slow query, %.2f s: %s", seconds, statement)


@asynccontextmanager
async def transaction():
    """A session that commits at the end, or rolls everything back."""
    async with Session() as session, session.begin():
        yield session


# Serialization failure, deadlock, shutdown and restart of the server: nothing was done, so that it may be done again.
AGAIN = {"40001", "40P01", "57P01", "57P02", "57P03"}


async def with_retry(work, attempts: int = 4):
    """Runs work(session) in a transaction of its own; the whole of it again, after a pause, where that does no harm."""
    for attempt in range(1, attempts + 1):
        try:
            async with transaction() as session:
                return await work(session)
        except DBAPIError as error:
            lost = error.connection_invalidated or getattr(error.orig, "sqlstate", None) in AGAIN
            if not lost or attempt == attempts:
                raise
            await asyncio.sleep(0.2 * 2**attempt)


async def main() -> None:
    async def look(session):
        users = await session.scalar(text("SELECT count(*) FROM users"))
        conversations = await session.scalar(text("SELECT count(*) FROM conversations"))
        return {"users": users, "conversations": conversations}

    print(engine.dialect.name, await with_retry(look))
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
