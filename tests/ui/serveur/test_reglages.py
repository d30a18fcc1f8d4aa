"""Whether a server may be written to, and under which names it answers."""

import pytest

from ui.serveur.reglages import Ecriture, Reglages, ReglagesInvalides, public_notice

MOT = "quatre mots tirés au sort"
PARTOUT = "0.0.0.0"  # noqa: S104


@pytest.fixture(autouse=True)
def _a_bare_environment(monkeypatch):
    for nom in (
        *("CPTS_ECRITURE", "CPTS_LECTURE_SEULE", "CPTS_MOT_DE_PASSE"),
        *("CPTS_HOTES", "CPTS_MANDATAIRES", "CPTS_METRIQUES", "CPTS_WFS"),
        *("CPTS_SERVEUR", "CPTS_JOURNAUX", "CPTS_METRIQUES_JETON", "CPTS_CADRES"),
    ):
        monkeypatch.delenv(nom, raising=False)


@pytest.fixture
def lire(monkeypatch):
    def _lire(adresse, **environnement):
        for nom, valeur in environnement.items():
            monkeypatch.setenv(f"CPTS_{nom}", valeur)
        return Reglages.read(adresse)

    return _lire


@pytest.mark.parametrize("adresse", ["localhost", "127.0.0.1", "127.8.0.1", "::1"])
def test_this_machine_alone_writes_as_it_likes(lire, adresse):
    reglages = lire(adresse, MOT_DE_PASSE=MOT)
    assert reglages.ecriture is Ecriture.OUVERTE
    assert public_notice(reglages) == ""
    assert lire(adresse, LECTURE_SEULE="1").ecriture is Ecriture.FERMEE


@pytest.mark.parametrize(
    ("adresse", "environnement"),
    [
        (PARTOUT, {}),
        ("::", {}),
        (None, {}),
        ("192.168.1.5", {}),
        ("atlas.example", {}),
        # Behind a proxy of the same machine, a server of this machine is everybody's.
        ("localhost", {"HOTES": "atlas.example.fr"}),
        ("localhost", {"MANDATAIRES": "127.0.0.1"}),
    ],
)
def test_what_others_reach_is_read_only_unless_a_password_guards_it(lire, adresse, environnement):
    reglages = lire(adresse, **environnement)
    assert reglages.ecriture is Ecriture.FERMEE
    assert "lecture seule" in public_notice(reglages)
    with pytest.raises(ReglagesInvalides, match="CPTS_MOT_DE_PASSE"):
        lire(adresse, ECRITURE="1")
    with pytest.raises(ReglagesInvalides, match="12 caractères"):
        lire(adresse, MOT_DE_PASSE="court")
    ouvert = lire(adresse, MOT_DE_PASSE=MOT)
    assert ouvert.ecriture is Ecriture.PROTEGEE
    assert "https" in public_notice(ouvert)
    assert MOT not in public_notice(ouvert)
    ferme = lire(adresse, LECTURE_SEULE="1")
    assert ferme.ecriture is Ecriture.FERMEE
    assert "CPTS_ECRITURE" not in public_notice(ferme)


def test_a_password_alone_opens_nothing(lire):
    assert lire(PARTOUT, MOT_DE_PASSE=MOT).ecriture is Ecriture.FERMEE


def test_a_server_answers_to_this_machine_to_what_it_listens_on_and_to_declared_names(lire):
    locaux = {"localhost", "127.0.0.1", "::1"}
    assert lire("localhost").hotes == locaux
    assert lire("192.168.1.5").hotes == {*locaux, "192.168.1.5"}
    assert lire(PARTOUT).hotes == locaux
    declares = lire(PARTOUT, HOTES=" Atlas.example.fr, [2001:DB8::1] ,,10.0.0.1")
    assert declares.publics == {"atlas.example.fr", "2001:db8::1", "10.0.0.1"}
    assert declares.hotes == locaux | declares.publics


@pytest.mark.parametrize(
    "faux", ["https://atlas.fr", "atlas.fr:8501", "*", "*.fr", "a b", "atlas.fr/x", "-"]
)
def test_a_name_that_is_none_is_told(lire, faux):
    with pytest.raises(ReglagesInvalides, match="CPTS_HOTES"):
        lire(PARTOUT, HOTES=faux)


@pytest.mark.parametrize("faux", ["*", "mandataire", "10.0.0.0/40"])
def test_a_proxy_that_is_none_is_told(lire, faux):
    with pytest.raises(ReglagesInvalides, match="CPTS_MANDATAIRES"):
        lire(PARTOUT, MANDATAIRES=faux)


def test_a_list_of_services_that_cannot_be_read_stops_the_start(lire):
    assert lire("localhost", WFS="www.sig-sante.fr, http://127.0.0.1:8000")
    with pytest.raises(ReglagesInvalides, match=r"CPTS_WFS.*exemple"):
        lire("localhost", WFS="*.exemple.fr")


def test_the_api_is_for_nobody_else_and_at_twenty_requests_a_second_unless_told(monkeypatch):
    lus = Reglages.read("localhost")
    assert (lus.origines, lus.debit) == (frozenset(), 20)
    monkeypatch.setenv("CPTS_API_ORIGINES", "https://Carte.exemple.fr, http://[::1]:8080")
    monkeypatch.setenv("CPTS_API_DEBIT", "0,5")
    lus = Reglages.read("localhost")
    assert lus.origines == {"https://carte.exemple.fr", "http://[::1]:8080"}
    assert lus.debit == 0.5


@pytest.mark.parametrize(
    ("variable", "texte"),
    [
        *(
            ("CPTS_API_ORIGINES", o)
            for o in ("carte.exemple.fr", "https://a.fr/", "https://a.fr/x", "ftp://a.fr")
        ),
        *(("CPTS_API_DEBIT", d) for d in ("0", "-1", "vite", "nan", "inf")),
    ],
)
def test_a_setting_of_the_api_that_means_nothing_stops_the_server(monkeypatch, variable, texte):
    monkeypatch.setenv(variable, texte)
    with pytest.raises(ReglagesInvalides, match=variable):
        Reglages.read("localhost")


def test_a_server_of_a_region_says_its_name_its_logs_its_counters_and_who_may_frame_it(lire):
    seul = lire("localhost")
    assert (seul.serveur, seul.journaux_json, seul.jeton_metriques, seul.cadres) == (
        *("", False, ""),
        (),
    )
    reglages = lire(
        "localhost",
        SERVEUR="8501",
        JOURNAUX="JSON",
        METRIQUES_JETON="x" * 20,
        CADRES="https://www.example.fr, https://intranet.example.fr:8443",
    )
    assert (reglages.serveur, reglages.journaux_json) == ("8501", True)
    assert reglages.jeton_metriques == "x" * 20
    assert reglages.cadres == ("https://www.example.fr", "https://intranet.example.fr:8443")
    assert not lire("localhost", JOURNAUX="texte").journaux_json


@pytest.mark.parametrize(
    ("nom", "valeurs"),
    [
        ("SERVEUR", ["a b", "é", "A", "a;b", "-a", "x" * 33, "a\nb"]),
        ("JOURNAUX", ["xml", "1"]),
        ("METRIQUES_JETON", ["court", "é" * 20, "x" * 19]),
        ("LECTURE_SEULE", ["peutetre", "2"]),
        ("ECRITURE", ["peutetre"]),
        ("METRIQUES", ["peutetre"]),
        (
            "CADRES",
            [
                *(
                    "http://www.example.fr",
                    "www.example.fr",
                    "https://www.example.fr/",
                    "https://*",
                ),
                *(
                    "https://a.fr;x",
                    "*",
                    "https://a.fr 'unsafe'",
                    "https://",
                    "null",
                    "https://é.fr",
                ),
            ],
        ),
    ],
)
def test_what_cannot_be_one_is_refused_with_its_name(lire, nom, valeurs):
    for valeur in valeurs:
        with pytest.raises(ReglagesInvalides, match=f"CPTS_{nom}"):
            lire("localhost", **{nom: valeur})


def test_a_proxy_keeps_for_all_what_all_may_read(lire):
    assert not lire("localhost").may_be_kept()
    assert lire("localhost", MANDATAIRES="127.0.0.1").may_be_kept()
