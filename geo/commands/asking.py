"""What commands are asked in the same words, read the same way: a CRS, a marking."""

from __future__ import annotations

import argparse

from geo.viewer import MARKINGS, Marking, marking_of


def marking_argument(parser: argparse.ArgumentParser, about: str) -> None:
    """Add what says the marking, with or without “TLP:”."""
    names = ", ".join(each.removeprefix("TLP:") for each in MARKINGS)
    parser.add_argument(
        "--tlp", type=_marking, default=MARKINGS[0], metavar="MARKING",
        help=f"{about}: {names}, with or without “TLP:” (default: %(default)s)",
    )  # fmt: skip


def _marking(text: str) -> Marking:
    try:
        return marking_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def crs(text: str) -> str:
    """Return a CRS that PROJ knows; argparse says it where it is none."""
    from pyproj import CRS  # noqa: PLC0415 - only where a CRS is given
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        CRS.from_user_input(text)
    except CRSError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no CRS; write it as EPSG:3116") from error
    return text
