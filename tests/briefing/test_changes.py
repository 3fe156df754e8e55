"""What changed since a release or a day: found, counted, said in three languages, and never beyond its marking."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import sqlalchemy as sa

from geo import digests, payloads, store
from geo.errors import DataError, UnknownError
from geo.library import database, shelf
from geo.library.tables import LayerRow, VersionRow
from geo.messages import LANGUAGES, say
from geo.viewer import LOCAL
from layers.briefing.changes import words as changes
from layers.briefing.changes.found import Changes
from layers.commands import changing
from tests.made_layers import points
from tests.stored_layers import kept

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
DAY = "2026-06-01"
RAISED = "coca_cultivation_ha.country.COL.colombia.2023.co_simci_national_published"


pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give two releases: 0.8.0 differs from today in a few known rows, 0.9.0 in nothing."""
    folder = tmp_path_factory.mktemp("releases")
    today = digests.today()

    def at(table: str, key: str) -> pd.Series:
        return (today["table"] == table) & (today["id"] == key)

    assert at("indicators", RAISED).any()
    then = today[~at("crossings", "X-ECU-PER-01") & ~at("mined_area", "Z-MDD.2024")].copy()
    then.loc[at("indicators", RAISED), "value"] = "200000"
    then.loc[at("zones", "Z-TUMACO"), "shape"] = "another"
    then.loc[at("sources", "AMW"), "how_verified"] = "…#0123456789"
    gone = today[at("mining_sites", "BR-22")].assign(id="BR-99", site_id="BR-99", name="Old pit $x_1$ <b>", lon=-60.0)
    then = pd.concat([then, gone], ignore_index=True)
    rows = ["version,on,data,digest"]
    for version, on, digest, data in (("0.8.0", "2026-05-01", then, "then"), ("0.9.0", "2026-07-01", today, "")):
        content = digests.packed(digest)
        (folder / f"{digests.named(content)}.parquet").write_bytes(content)
        rows.append(f"{version},{on},{data or store.data_version()},{digests.named(content)}")
    (folder / "releases.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def found(releases: Path) -> Changes:
    return changes.between("0.8.0", folder=releases)


def told(found: Changes, key: str, lang="en") -> list[tuple[str, str, str, str, str]]:
    return [
        (row.kind, row.name, row.what, row.before, row.after) for row in changes.rows(found, lang) if row.key == key
    ]


def test_new_gone_and_revised_rows_are_told_with_what_stood_before(found: Changes):
    ((kind, _, *rest),) = told(found, "crossings")
    assert (kind, rest) == ("new", ["", "", ""])
    assert told(found, "mining_sites") == [("gone", "Old pit $x_1$ <b>", "", "", "")]
    ((kind, name, what, before, after),) = told(found, "indicators")
    assert (kind, what, before) == ("revised", "Figure", "200\u202f000 hectares")
    assert name == "Coca cultivation · Colombia · 2023"
    assert after == "252\u202f572 hectares"
    assert told(found, "zones") == [("revised", "Tumaco - Esmeraldas", "Place on the map", "", "drawn otherwise")]
    assert [row[2:] for row in told(found, "sources")] == [("How it was read", "", "reworded")]
    ((kind, _, _, _, figure),) = told(found, "mined_area")
    assert kind == "new"
    assert figure == "23\u202f383.57 hectares"
    assert (found.count("new"), found.count("gone"), found.count("revised")) == (2, 1, 3)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_said_in_each_language_without_codes(found: Changes, lang):
    words = " ".join([*changes.heading(found, lang), changes.compared(found, lang)])
    assert "0.8.0" in words
    for row in changes.rows(found, lang):
        assert "_" not in changes.sentence(row, lang).replace("$x_1$", "")
    assert [line.counts["revised"] for line in changes.summary(found, lang)] == [1, 0, 0, 1, 0, 1]


def test_a_day_is_compared_with_the_last_release_before_it(releases: Path):
    def base(day: str) -> str:
        return changes.since(day, releases).release.version

    assert [base(day) for day in ("2026-06-01", "2026-07-01", "2026-07-02")] == ["0.8.0", "0.8.0", "0.9.0"]
    assert base("2020-01-01") == "0.8.0"  # before the first there is none earlier
    assert changes.between(date(2026, 6, 1), folder=releases).count("new") == 2
    assert changes.between("0.9.0", folder=releases).are_none


def test_nothing_changed_is_said(releases: Path):
    none = changes.between("0.9.0", folder=releases)
    assert changes.heading(none, "en") == (
        "What changed since release 0.9.0",
        "South America · nothing changed · the release was of July 1, 2026",
    )
    assert changes.compared(none, "en").startswith("The data that ship are those of release 0.9.0 of July 1, 2026.")
    assert (changes.rows(none, "en"), changes.summary(none, "en")) == ([], [])


def test_zones_limit_it_to_what_concerns_them(releases: Path):
    def keys(*zones: str) -> set[str]:
        return {row.key for row in changes.rows(changes.between("0.8.0", zones=zones, folder=releases), "en")}

    assert keys("Z-MDD") == {"mined_area"}
    assert keys("Z-TUMBES") == {"crossings"}
    assert {"zones", "indicators"} <= keys("Z-TUMACO")  # its national series
    with pytest.raises(UnknownError):
        keys("Z-NONE")


@pytest.mark.parametrize("asked", ["", "yesterday", "2026-02-30", "7", "0.8", "9999-12-31"])
def test_what_is_no_day_and_no_release_is_refused(asked: str, releases: Path):
    with pytest.raises((DataError, UnknownError)) as refused:
        changes.between(asked, folder=releases)
    assert asked in say(refused.value.message, "en")


# --- layers that people brought -----------------------------------------------------------------


def aged(key: str, *moments: datetime) -> None:
    """Say when the versions of a layer were saved."""
    with database.writing() as session:
        session.execute(sa.update(LayerRow).where(LayerRow.key == key).values(created=moments[0]))
        for number, at in enumerate(moments, 1):
            chosen = sa.and_(VersionRow.layer_key == key, VersionRow.number == number)
            session.execute(sa.update(VersionRow).where(chosen).values(at=at))


def described(n: int) -> gpd.GeoDataFrame:
    frame = points(n)
    return frame.assign(id=[f"P-{each}" for each in range(n)], kg=list(range(n)))


def grown(**said) -> shelf.Layer:
    """Store a layer whose second version lost a feature, gained two and has another figure for one."""
    frame = described(12)
    layer = kept(frame.iloc[:10], **{"title": "Seizures", **said})
    newer = frame.iloc[1:].copy()
    newer.loc[newer["id"] == "P-3", "kg"] = 77
    shelf.add_version(layer.key, payloads.write(newer), shelf.Brought(about=layer.about), viewer=LOCAL, expected=1)
    aged(layer.key, LONG_AGO, datetime(2026, 8, 1, tzinfo=UTC))
    return layer


def test_a_layer_is_compared_with_the_version_that_it_had(releases: Path):
    layer = grown()
    found = changes.between(DAY, folder=releases)
    (one,) = found.own
    assert [one.count(kind) for kind in ("new", "gone", "revised")] == [2, 1, 1]
    assert ("revised", "P-3", "kg", "3", "77") in told(found, layer.key)
    assert {row[:2] for row in told(found, layer.key)} >= {("new", "P-10"), ("new", "P-11"), ("gone", "P-0")}
    assert changes.summary(found, "en")[0].words.startswith("2 new, 1 gone, 1 revised (kg 1)")
    assert changes.between("2026-08-02", folder=releases).own == ()


def test_layers_that_came_or_were_put_away_are_told(releases: Path):
    came, went, both, old = (kept(described(5), title=each) for each in ("Came", "Went", "Both", "Old"))
    later = datetime(2026, 9, 1, tzinfo=UTC)
    for layer, at in ((came, later), (went, LONG_AGO), (both, later), (old, LONG_AGO)):
        aged(layer.key, at)
    for layer in (went, both):
        shelf.archive(layer.key, viewer=LOCAL)
    found = changes.between(DAY, folder=releases)
    assert {(each.title, each.kind) for each in found.own} == {("Came", "new"), ("Went", "gone")}
    assert [row.after for row in changes.rows(found, "en")[:2]] == [
        "new layer, 5 features",
        "layer put away, 5 features",
    ]


def test_a_layer_that_is_only_described_otherwise_is_told(releases: Path):
    layer = kept(described(5), title="Before")
    about = replace(layer.about, title="After", publisher="Somebody")
    shelf.describe(layer.key, about, shelf.PLAIN, viewer=LOCAL, expected=1)
    aged(layer.key, LONG_AGO, datetime(2026, 8, 1, tzinfo=UTC))
    (line, *_) = changes.summary(changes.between(DAY, folder=releases), "en")
    assert line.words == "described otherwise: Title, Publisher"


def test_the_marking_is_the_most_restrictive_and_red_never_leaves(releases: Path):
    grown(marking="TLP:AMBER")
    grown(title="Secret", marking="TLP:RED")
    once = kept(described(3), title="Once secret", marking="TLP:RED")
    shelf.describe(once.key, replace(once.about, marking="TLP:CLEAR"), shelf.PLAIN, viewer=LOCAL, expected=1)
    aged(once.key, LONG_AGO, datetime(2026, 8, 1, tzinfo=UTC))
    found = changes.between(DAY, folder=releases)
    assert found.marking == "TLP:AMBER"
    assert sorted(found.left_out) == ["Once secret", "Secret"]
    assert [each.title for each in found.own] == ["Seizures"]
    everything = json.dumps(changes.to_dict(found, "en")) + changes.packed_csv(found, "en").decode()
    assert "ecret" not in everything
    assert changes.between(DAY, folder=releases, least="TLP:AMBER+STRICT").marking == "TLP:AMBER+STRICT"
    with pytest.raises(DataError, match="TLP:RED"):
        changes.between(DAY, folder=releases, least="TLP:RED")
    outsider = replace(LOCAL, id="luis", roles=frozenset({"viewer"}), ceiling="TLP:GREEN")
    low = changes.between(DAY, folder=releases, viewer=outsider)
    assert (low.marking, low.left_out) == ("TLP:CLEAR", ())


def test_versions_whose_features_are_gone_are_told_as_such(releases: Path, storage: Path):
    layer = grown()
    shutil.rmtree(storage / "layers" / layer.versions[0].content)
    store.STORE.drop(lambda key: isinstance(key, tuple) and key[0] == "differences")
    found = changes.between(DAY, folder=releases)
    assert "cannot be compared" in changes.summary(found, "en")[0].words


# --- as files -----------------------------------------------------------------------------------


def test_the_list_as_csv_is_whole_and_computes_nothing(releases: Path):
    kept(described(3), title="=HYPERLINK(1)")
    found = changes.between("0.8.0", folder=releases)
    text = changes.packed_csv(found, "es")
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert rows[0] == ["TLP:CLEAR"]
    assert len(rows) == 5 + len(changes.rows(found, "es"))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    assert rows[-1][-1] == "sources/AMW"


def test_json_holds_codes_and_figures(releases: Path):
    said = json.loads(json.dumps(changes.to_dict(changes.between("0.8.0", folder=releases), "en"), allow_nan=False))
    assert said["counts"] == {"new": 2, "gone": 1, "revised": 3}
    assert {each["list"] for each in said["changes"]} == {each["key"] for each in said["lists"]}
    (site,) = [each for each in said["changes"] if each["list"] == "mining_sites"]
    assert (site["id"], site["kind"], site["lon"]) == ("BR-99", "gone", -60.0)


@pytest.fixture
def run(monkeypatch, releases: Path, capsys):
    """Run the command on the releases of these tests; gives its exit code, what it printed and what it complained."""
    from layers.__main__ import main  # noqa: PLC0415

    monkeypatch.setattr("layers.briefing.changes.found.RELEASES", releases)
    monkeypatch.setattr(changes.between, "__kwdefaults__", changes.between.__kwdefaults__ | {"folder": releases})

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["changes", *arguments])
        return code, *capsys.readouterr()

    return run


def test_the_command_tells_what_changed(run, tmp_path: Path):
    grown(title="Secret", marking="TLP:RED")
    code, said, complained = run("--since", "0.8.0", "--lang", "es", "--zones", "Z-TUMACO")
    assert code == 0
    assert "Tumaco" in said
    assert "TLP:CLEAR" in said
    code, said, complained = run("--since", DAY)
    assert "Secret" in complained
    assert "Secret" not in said
    code, said, _ = run("--since", "0.8.0", "--json")
    assert json.loads(said)["counts"]["new"] == 2
    code, said, _ = run("--since", "0.8.0", "--out", str(tmp_path / "list.csv"), "--tlp", "amber")
    assert code == 0
    assert (tmp_path / "list.csv").read_text(encoding="utf-8-sig").startswith("TLP:AMBER\n")
    assert [path.name for path in tmp_path.glob("*.csv*")] == ["list.csv"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("--since", "9.9.9"), "9.9.9", id="no such release"),
        pytest.param(("--since", "0.8.0", "--zones", "Z-NO"), "Z-NO", id="no such zone"),
        pytest.param(("--since", "0.8.0", "--out", "x.docx"), "docx", id="no such format"),
        pytest.param(("--since", "0.8.0", "--out", "/nowhere/x.csv"), "/nowhere/x.csv", id="no such folder"),
        pytest.param(("--since", "0.8.0", "--tlp", "RED"), "TLP:RED", id="TLP:RED"),
    ],
)
def test_the_command_refuses_with_a_sentence(run, arguments, words: str):
    code, said, complained = run(*arguments)
    assert (code, said) == (1, "")
    assert words in complained
    assert changing.DONE == 0
