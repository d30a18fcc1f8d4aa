"""Which addresses may be asked: nothing but the exact origins of CPTS_WFS, however an address is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.erreurs import DonneesInvalides
from geo.wfs.adresses import find_autorisee, list_autorisees, read_adresse

PERMIS = "www.sig-sante.fr, https://carto.exemple.fr/geoserver/wfs\nhttp://127.0.0.1:8000 https://[2001:DB8::1]:8443"
ORIGINES = {
    ("https", "www.sig-sante.fr", 443),
    ("https", "carto.exemple.fr", 443),
    ("http", "127.0.0.1", 8000),
    ("https", "2001:db8::1", 8443),
}


@pytest.fixture(autouse=True)
def _permis(monkeypatch):
    monkeypatch.setenv("CPTS_WFS", PERMIS)


def cause(texte):
    with pytest.raises(DonneesInvalides) as refus:
        find_autorisee(texte)
    (probleme,) = refus.value.problemes
    return probleme


def test_the_entries_are_read_in_order_a_bare_name_in_https():
    assert [str(adresse) for adresse in list_autorisees()] == [
        "https://www.sig-sante.fr",
        "https://carto.exemple.fr/geoserver/wfs",
        "http://127.0.0.1:8000",
        "https://[2001:db8::1]:8443",
    ]
    assert {adresse.origine for adresse in list_autorisees()} == ORIGINES


@pytest.mark.parametrize(
    ("ecrite", "lue"),
    [
        ("www.sig-sante.fr", "https://www.sig-sante.fr"),
        (" HTTPS://WWW.SIG-SANTE.FR:443/Geo/wfs ", "https://www.sig-sante.fr/Geo/wfs"),
        ("www.sig-sante.fr/", "https://www.sig-sante.fr"),
        ("https://carto.exemple.fr/geoserver/wfs", "https://carto.exemple.fr/geoserver/wfs"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
        ("https://[2001:0db8:0::1]:8443/", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_allowed_address_is_rebuilt_from_its_parts(ecrite, lue):
    assert str(find_autorisee(ecrite)) == lue


@pytest.mark.parametrize(
    "ecrite",
    [
        "http://www.sig-sante.fr",
        "https://www.sig-sante.fr:8443",
        "https://sig-sante.fr",
        "https://a.www.sig-sante.fr",
        "https://www.sig-sante.fr.exemple.org",
        # Of a whole address, that one alone.
        "https://carto.exemple.fr/geoserver/rest",
        "https://127.0.0.1:8000",
        "http://127.0.0.1",
        "http://127.0.0.2:8000",
    ],
)
def test_another_origin_is_refused_and_the_allowed_ones_are_named(ecrite):
    probleme = cause(ecrite)
    assert probleme.identifiant == "wfs_ferme"
    assert "https://www.sig-sante.fr" in probleme.remede


@pytest.mark.parametrize(
    "ecrite",
    [
        "",
        "https://",
        "https://www.sig-sante.fr@exemple.org",
        "https://moi:secret@www.sig-sante.fr/",
        "https://www.sig-sante.fr\\@exemple.org/",
        "https:\\\\www.sig-sante.fr",
        "https://www.sig-sante.fr#@exemple.org",
        "https://www.sig-sante.fr/wfs#x",
        "https://www.sig-sante.fr./",
        "https://www.sig%2Dsante.fr",
        "https://www.sig-sante.fr/a%2f..",
        "https://www.sig-sante.fr/a/../b",
        "https://www.sig-sante.fr/ a",
        "https://www.sig-sante.fr/\r\nHost: x",
        "https://www.sig-sante.fr:",
        "https://www.sig-sante.fr:0",
        "https://www.sig-sante.fr:65536",
        "https://www.sig-sante.fr:٤٤٣",
        "ftp://www.sig-sante.fr",
        "file:///etc/passwd",
        "//www.sig-sante.fr",
        "https:///www.sig-sante.fr",
        "https://ｗｗｗ.sig-sante.fr",
        "https://ſig-sante.fr",
        "http://127.1:8000",
        "http://2130706433:8000",
        "http://0x7f.0.0.1:8000",
        "http://0177.0.0.1:8000",
        "http://[::1%lo]:8000",
        f"https://{'a' * 64}.fr",
        f"https://www.sig-sante.fr/{'a' * 500}",
    ],
)
def test_what_readers_of_addresses_disagree_on_is_no_address(ecrite):
    assert cause(ecrite).identifiant == "wfs_adresse"


def test_each_refusal_has_its_remedy():
    assert "« ? »" in cause("https://www.sig-sante.fr/wfs?service=WFS").remede
    assert "xn--" in cause("https://www.santé.fr").remede


@pytest.mark.parametrize("valeur", ["", "  , \n"])
def test_without_the_variable_nothing_is_allowed(monkeypatch, valeur):
    monkeypatch.setenv("CPTS_WFS", valeur)
    assert list_autorisees() == ()
    assert "CPTS_WFS=" in cause("https://www.sig-sante.fr").remede


def test_an_entry_that_is_none_is_told(monkeypatch):
    monkeypatch.setenv("CPTS_WFS", "www.sig-sante.fr *.exemple.fr")
    with pytest.raises(DonneesInvalides, match="exemple"):
        list_autorisees()


# Addresses close to allowed ones, in pieces that mean something to one reader or another.
MORCEAUX = st.lists(
    st.sampled_from(
        (
            *(
                "https://",
                "http://",
                "HTTP://",
                "//",
                "www.sig-sante.fr",
                "carto.exemple.fr",
                "127.0.0.1",
            ),
            *(
                "exemple.org",
                "localhost",
                "[2001:db8::1]",
                "[::1]",
                ":8000",
                ":8443",
                ":443",
                ":80",
                ":",
            ),
            *(
                "@",
                "\\",
                "#",
                "?",
                "/",
                ".",
                "%2e",
                "%40",
                "\t",
                "\n",
                " ",
                "é",
                "。",
                "a",
                "/geoserver/wfs",
            ),
        )
    ),
    max_size=6,
).map("".join)


@given(st.one_of(MORCEAUX, st.text(max_size=40)))
def test_nothing_passes_that_has_not_an_allowed_origin(texte):
    try:
        adresse = find_autorisee(texte)
    except DonneesInvalides:
        return
    assert adresse.origine in ORIGINES
    # What is asked is read as what was checked, and what was written names that host.
    assert read_adresse(str(adresse)) == adresse
    assert adresse.hote in texte.lower()
    assert not set(str(adresse)) & set("@\\#?% \t\n")
