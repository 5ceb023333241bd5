"""Idea Planner's database module: one URL decides between PostgreSQL and bot.db, everything else stays as it is.

Needs SQLAlchemy 2 and psycopg 3. `python database.py` says which database it speaks to and what is in it.
"""

import enum
import logging
import os
import time
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Enum, ForeignKey, Integer, create_engine, event, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload, sessionmaker
from sqlalchemy.pool import NullPool

DATABASE_URL = os.getenv("DATABASE_URL", "sqlite:///bot.db").replace("postgresql://", "postgresql+psycopg://", 1)
SLOW_SECONDS = 1.0
IS_POSTGRES = DATABASE_URL.startswith("postgresql")

# BIGINT where it matters; SQLite numbers rows only of columns that are INTEGER to the letter.
Key = BigInteger().with_variant(Integer, "sqlite")
log = logging.getLogger("database")


class AnalysisStatus(enum.Enum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


# SQLAlchemy stores the names, not the values: these are the labels that stand in bot.db and in PostgreSQL's type.
AnalysisMode = enum.Enum(
    "AnalysisMode",
    "EVALUATION BUSINESS_PLAN MARKETING EXECUTION WEBSITE REPORT_1 WHY_NOW MARKET_GAP EVIDENCE",
)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    telegram_id: Mapped[str] = mapped_column(unique=True)
    username: Mapped[str | None]
    created_at: Mapped[datetime | None] = mapped_column(default=datetime.utcnow)
    ideas: Mapped[list["Idea"]] = relationship(back_populates="user")
    if IS_POSTGRES:
        uuid: Mapped[UUID] = mapped_column(unique=True, server_default=text("gen_random_uuid()"))


class Idea(Base):
    __tablename__ = "ideas"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]
    mode: Mapped[AnalysisMode | None] = mapped_column(
        Enum(AnalysisMode, name="analysis_mode"), default=AnalysisMode.EVALUATION
    )
    created_at: Mapped[datetime | None] = mapped_column(default=datetime.utcnow)
    user: Mapped[User] = relationship(back_populates="ideas")
    analyses: Mapped[list["Analysis"]] = relationship()


class Analysis(Base):
    __tablename__ = "analyses"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    status: Mapped[AnalysisStatus | None] = mapped_column(
        Enum(AnalysisStatus, name="analysis_status"), default=AnalysisStatus.QUEUED
    )
    report: Mapped[str | None]


def make_engine(url: str = DATABASE_URL):
    """An engine with a pool for PostgreSQL (10 + 20, as .env says), and none for SQLite."""
    if not IS_POSTGRES:
        return create_engine(url, poolclass=NullPool)
    return create_engine(
        url,
        pool_size=int(os.getenv("POOL_SIZE", "10")),
        max_overflow=int(os.getenv("MAX_OVERFLOW", "20")),
        pool_timeout=30,
        pool_recycle=3600,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "idea-planner"},
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
def transaction_session():
    """A session that commits at the end, or rolls everything back."""
    with Session() as session, session.begin():
        yield session


def with_retry(work, attempts: int = 4):
    """Runs work(session) in a transaction of its own; again, after a pause, where the connection was lost."""
    for attempt in range(1, attempts + 1):
        try:
            with transaction_session() as session:
                return work(session)
        except OperationalError:
            if attempt == attempts:
                raise
            time.sleep(0.2 * 2**attempt)


def ideas_of(session, user_id: int):
    """A user with all ideas and their analyses: three queries, however many rows."""
    loading = selectinload(User.ideas).selectinload(Idea.analyses)
    return session.scalars(select(User).options(loading).where(User.id == user_id)).one()


if __name__ == "__main__":
    counts = with_retry(
        lambda session: {
            model.__tablename__: session.scalar(select(func.count()).select_from(model))
            for model in (User, Idea, Analysis)
        }
    )
    print(engine.dialect.name, counts)
