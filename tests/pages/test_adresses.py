"""Addresses that nobody meant: each page opens, and says what it did not understand."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.indicateurs.registre import Registre
from ui.commun.adresse import NOMS, Filtres, choices, ignored_text, parse, to_params
from ui.serveur.pages import PAGES

RACINE = Path(__file__).resolve().parents[2]
LONG = "a" * 8_000
ETRANGES = (
    # dates
    "9999-12-31", "0001-01-01", "1500-01-01", "2262-04-12", "2022-02-30", "2022-13-01", "20220506", "2022-W18-5",
    "2022-05-06T00:00", "-2022-05-06", "+22022-05-06", "٢٠٢٢-٠٥-٠٦", "2016-01-01", "NaT",
    # numbers
    "0", "-1", "1e9", "1e309", "NaN", "inf", "0x10", "9999999999999999999999", "٣", "½", "1_000", "0070", "70.0",
    # what Python, JavaScript or a database would take for something
    "None", "null", "undefined", "True", "false", "__class__", "constructor", "{}", "[]", "%s", "${7*7}", "{{7*7}}",
    "' OR 1=1 --", "; rm -rf /", "../../etc/passwd", "C:\\Windows", "file:///etc/passwd", "http://exemple.invalid/x",
    # markup and what Streamlit makes of it
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", ":red[x]", ":material/home:",
    "$x^2$", "`x`", "# x", "| a | b |",
    # characters
    "", " ", ",", ",,,", "\t", "a\nb", "a\x00b", "\x7f", "\u202e70", "\ufeff70", "é" * 300, "\U0001f3e5", "\ud7ff", LONG,
    "70," * 2_000, ",".join(f"cpts-{rang}" for rang in range(500)),
)  # fmt: skip
# What is understood, so that the rest of a link is seen to work.
JUSTE = {"dep": "70", "cpts": "cpts-luxeuil", "t": "dep:70", "date": "2022-05-06"}


def test_there_are_as_many_as_are_said():
    assert len(set(ETRANGES)) == len(ETRANGES) >= 68


@pytest.mark.parametrize("nom", sorted({*NOMS} - {"evenement"}))
def test_every_parameter_has_a_name_on_screen(nom):
    assert "réglage" not in ignored_text(nom, "x")


@pytest.mark.parametrize("nom", sorted({*NOMS} - {"evenement"}))
def test_an_odd_value_is_left_out_or_understood(atlas, nom):
    choix = choices(atlas)
    seul, _ = parse(JUSTE, choix)
    for texte in ETRANGES:
        filtres, ignores = parse(JUSTE | {nom: texte}, choix)
        assert all(
            nomme == nom and len(ignored_text(nomme, valeur)) < 90 for nomme, valeur in ignores
        )
        # Every other parameter says what it said, and what is kept writes the address that gives it again.
        autres = {champ.name for champ in fields(Filtres)} - {nom, "evenement"}
        assert {a: getattr(filtres, a) for a in autres} == {a: getattr(seul, a) for a in autres}
        assert parse(to_params(filtres), choix) == (filtres, [])


def test_a_link_to_a_year_of_a_series_outlives_that_year(atlas):
    surface = atlas.registre["densite"]
    annees = [
        replace(surface, identifiant=f"x_{an}", adresse=f"x_{an}", millesime=an, serie="x")
        for an in ("2022", "2023")
    ]
    registre = Registre({i.identifiant: i for i in [*atlas.registre, *annees]})
    choix = choices(replace(atlas, registre=registre))
    filtres, ignores = parse(
        {"ind": "x_2019", "ind2": "x_2022", "tri": "x_2022", "tri2": "x", "zone": "70279"}, choix
    )
    # The map has every year; the zones are ranked by the latest one.
    assert (filtres.ind, filtres.ind2) == ("x_2023", "x_2022")
    assert (filtres.tri, filtres.tri2) == ("x_2023", "x_2023")
    assert ignores == []
    assert parse(to_params(filtres), choix) == (filtres, [])
    assert parse({"tri": "y_2022"}, choix) == (Filtres(), [("tri", "y_2022")])


@pytest.mark.parametrize("page", [page.chemin for page in PAGES])
@pytest.mark.parametrize("premier", range(3))
def test_no_address_brings_a_page_down(page, premier):
    """Give every parameter another odd value at once, three times: what one refuses hides nothing of another."""
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=120)
    for rang, nom in enumerate([*NOMS, "inconnu"]):
        app.query_params[nom] = ETRANGES[(premier + 3 * rang) % len(ETRANGES)]
    if page != "app.py":
        app.switch_page(page)
    app.run()
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize(
    ("date", "dit"),
    [
        ("9999-12-31", "laissé de côté : date «"),
        ("0001-01-01", "laissé de côté : date «"),
        ("2016-01-01", ""),
        (f"{datetime.now(UTC).year + 2}-01-01", "Ce jour est à venir"),
    ],
)
def test_the_roll_out_holds_on_any_date(date, dit):
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=120)
    app.query_params["date"] = date
    app.switch_page("pages/deploiement.py").run()
    assert not app.exception
    assert any(dit in legende.value for legende in app.caption)
