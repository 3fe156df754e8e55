"""The tables of the catalogue, the same on SQLite and PostgreSQL; ``migrations/`` makes and changes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, MetaData, String, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

# Constraints with names can be changed by a later migration on both databases.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A moment in UTC with its zone; SQLite keeps none and would lose it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring a moment to UTC; one without a zone is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return a moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMES)


class LayerRow(Base):
    """One layer: what stays the same through its versions."""

    __tablename__ = "layers"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(255))
    visibility: Mapped[str] = mapped_column(String(20))
    created: Mapped[datetime] = mapped_column(Instant())
    archived: Mapped[datetime | None] = mapped_column(Instant())
    versions: Mapped[list[VersionRow]] = relationship(
        order_by="VersionRow.number", cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )


class VersionRow(Base):
    """One version of a layer; written once and never changed."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("layer_key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    layer_key: Mapped[str] = mapped_column(ForeignKey("layers.key", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(String(20), index=True)
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    look: Mapped[dict[str, Any]] = mapped_column(JSON)
    origin: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    by: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(Instant())
    features: Mapped[int]
    geometry: Mapped[str] = mapped_column(String(10))
    bounds: Mapped[list[float] | None] = mapped_column(JSON(none_as_null=True))
    note: Mapped[str] = mapped_column(Text)
    restored_from: Mapped[int | None]


class ExportRow(Base):
    """One thing that left the app: the view it shows, and the code by which that view is opened again."""

    __tablename__ = "exports"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)  # the same in every database that it is restored into
    code: Mapped[str] = mapped_column(String(8), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    query: Mapped[dict[str, str]] = mapped_column(JSON)
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    title: Mapped[str] = mapped_column(Text)
    marking: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(Instant())
    data: Mapped[str] = mapped_column(String(8))  # the version of the shipped data
    forgotten: Mapped[datetime | None] = mapped_column(Instant())  # no longer listed; the code still opens the view


class StateRow(Base):
    """One row: how often the catalogue was changed. Whoever changes it begins here, so changes come one by one."""

    __tablename__ = "state"

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[int]
    catalogue: Mapped[str] = mapped_column(String(32))  # a name of its own, by which stored features know it
