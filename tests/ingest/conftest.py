"""What the check's process has from its environment, for tests that read files in their own."""

from __future__ import annotations

from collections.abc import Iterator

import pyogrio
import pytest

from geo.ingest import settings


@pytest.fixture(autouse=True)
def gdal_as_in_the_worker() -> Iterator[None]:
    """Set GDAL as the worker has it, and let the tests of other folders have it as it was."""
    pyogrio.set_gdal_config_options(dict(settings.GDAL))
    yield
    pyogrio.set_gdal_config_options(dict.fromkeys(settings.GDAL))
