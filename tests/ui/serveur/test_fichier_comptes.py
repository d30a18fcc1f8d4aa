"""The file of the accounts: what it may say, and one message for all that it may not."""

import re
from pathlib import Path

import pytest

from ui.serveur.comptes import Role
from ui.serveur.reglages import Ecriture, Reglages, ReglagesInvalides, public_notice

AUTH = {
    "redirect_uri": "https://atlas.example.fr/oauth2callback",
    "cookie_secret": "x" * 48,
    "client_id": "atlas",
    "client_secret": "SECRET-DU-CLIENT",
    "server_metadata_url": "https://sso.example.fr/.well-known/openid-configuration",
}


def write(chemin, atlas="", **auth):
    lignes = [f'{cle} = "{valeur}"' for cle, valeur in (AUTH | auth).items() if valeur is not None]
    chemin.write_text("\n".join(["[auth]", *lignes, "[atlas]", atlas]), encoding="utf-8")
    chemin.chmod(0o640)
    return chemin


@pytest.fixture
def _a_public_server(tmp_path, monkeypatch):
    for nom in ("CPTS_ECRITURE", "CPTS_LECTURE_SEULE", "CPTS_MOT_DE_PASSE", "CPTS_MANDATAIRES"):
        monkeypatch.delenv(nom, raising=False)
    monkeypatch.setenv("CPTS_HOTES", "atlas.example.fr")
    monkeypatch.setenv("CPTS_COMPTES", str(tmp_path / "comptes.toml"))


@pytest.fixture
def lire(tmp_path, _a_public_server):
    def _lire(atlas="", **auth):
        write(tmp_path / "comptes.toml", atlas, **auth)
        return Reglages.read("0.0.0.0")  # noqa: S104

    return _lire


def refused(lire, *arguments, **auth):
    with pytest.raises(ReglagesInvalides) as refus:
        lire(*arguments, **auth)
    texte = str(refus.value)
    assert "x" * 20 not in texte
    assert "SECRET-DU-CLIENT" not in texte
    return texte


def test_five_lines_are_enough(lire):
    reglages = lire()
    comptes = reglages.comptes
    assert reglages.ecriture is Ecriture.COMPTES
    assert comptes.lecture_publique
    assert comptes.duree.total_seconds() == 36_000
    assert comptes.find_role({"roles": ["admin"]}) is Role.LECTEUR
    # A secret is in no text that may be logged.
    assert "x" * 20 not in repr(reglages)
    assert "planificateurs" in public_notice(reglages)
    # The same file is the same accounts: who has logged out is remembered there.
    assert Reglages.read("0.0.0.0").comptes is comptes  # noqa: S104


@pytest.mark.usefixtures("_a_public_server")
def test_the_example_is_such_a_file_for_keycloak_and_for_proconnect(tmp_path, monkeypatch):
    monkeypatch.setenv("CPTS_HOTES", "atlas.exemple.fr")
    racine = Path(__file__).resolve().parents[3]
    exemple = (racine / "deploiement" / "comptes.exemple.toml").read_text(encoding="utf-8")
    exemple = re.sub(
        r'^(cookie_secret|client_secret) = ""', rf'\1 = "{"x" * 48}"', exemple, flags=re.MULTILINE
    )
    proconnect = re.sub(
        r"^# (?=\[auth\.client_kwargs\]|(?:scope|prompt|token_endpoint\w*|acr_values) = )",
        "",
        exemple,
        flags=re.MULTILINE,
    )
    for texte, reglages in ((exemple, []), (proconnect, ["acr_values", "prompt", "scope"])):
        chemin = tmp_path / f"{len(reglages)}.toml"
        chemin.write_text(texte, encoding="utf-8")
        chemin.chmod(0o640)
        monkeypatch.setenv("CPTS_COMPTES", str(chemin))
        lus = Reglages.read("0.0.0.0").comptes  # noqa: S104
        assert sorted(lus.auth.get("client_kwargs", {}))[:3] == reglages


def test_roles_come_from_lists(lire):
    comptes = lire(
        'lecture_publique = false\nduree_heures = 0.5\nrevendication = "groups"\nlecteurs = ["a", "tous"]\n'
        'planificateurs = ["b", "tous"]\nadministrateurs = ["c"]'
    ).comptes
    assert [
        comptes.find_role({"groups": g}) for g in ("a", "b", "c", ["b", "c"], "tous", "d", None)
    ] == [
        *(Role.LECTEUR, Role.PLANIFICATEUR, Role.ADMINISTRATEUR, Role.ADMINISTRATEUR),
        *(Role.PLANIFICATEUR, None, None),
    ]
    assert not comptes.lecture_publique


def test_a_password_and_accounts_do_not_go_together(lire, monkeypatch):
    monkeypatch.setenv("CPTS_MOT_DE_PASSE", "quatre mots tirés au sort")
    assert "Retirez CPTS_MOT_DE_PASSE" in refused(lire)


def test_a_server_that_is_read_only_has_accounts_that_read(lire, monkeypatch):
    monkeypatch.setenv("CPTS_LECTURE_SEULE", "1")
    reglages = lire()
    assert reglages.ecriture is Ecriture.FERMEE
    assert reglages.comptes


def test_all_that_is_wrong_is_said_at_once(lire):
    texte = refused(
        lire,
        'lecture_publique = "non"\nduree_heures = 0\nrevendication = "a..b"\nlecteurs = "a"\nplanners = ["b"]',
        redirect_uri="http://ailleurs.example/retour",
        cookie_secret="court",  # noqa: S106
        client_id=None,
        client_secret="",
        server_metadata_url="http://sso.example.fr",
        expose_tokens="id",
    )
    for mot in (
        *(
            "lecture_publique",
            "duree_heures",
            "revendication",
            "lecteurs",
            "planners",
            "/oauth2callback",
        ),
        *(
            "https://",
            "32 caractères",
            "client_id, client_secret",
            "server_metadata_url",
            "expose_tokens",
        ),
    ):
        assert mot in texte
    assert texte.count("\n- ") == 11


@pytest.mark.parametrize(
    ("adresse", "mot"),
    [
        ("https://autre.example/oauth2callback", "CPTS_HOTES"),
        ("http://atlas.example.fr/oauth2callback", "https://"),
        ("https://atlas.example.fr/oauth2callback?x=1", "/oauth2callback"),
        ("https://[::/oauth2callback", "https://"),
    ],
)
def test_the_way_back_is_of_this_server(lire, adresse, mot):
    assert mot in refused(lire, redirect_uri=adresse)


def test_this_machine_alone_needs_no_tls(lire):
    assert lire(
        redirect_uri="http://localhost:{port}/oauth2callback",
        server_metadata_url="http://localhost:9400/.well-known/openid-configuration",
    )


@pytest.mark.usefixtures("_a_public_server")
@pytest.mark.parametrize(
    ("contenu", "mot"),
    [
        (b"[auth\n", "TOML"),
        ("[auth]\nclient_id = 'é'".encode("latin-1"), "UTF-8"),
        (b"auth = 3\n", r"\[auth\]"),
        (b"MOT = 'x'\n[auth]\n", "MOT"),
        (b"[auth]\nclient_kwargs = { scope = 'email' }\n", "openid"),
        (b"[auth]\nclient_kwargs = { scope = 3 }\n", "client_kwargs"),
    ],
)
def test_what_is_no_such_file_is_said(tmp_path, monkeypatch, contenu, mot):
    chemin = tmp_path / "autre.toml"
    chemin.write_bytes(contenu)
    chemin.chmod(0o600)
    monkeypatch.setenv("CPTS_COMPTES", str(chemin))
    with pytest.raises(ReglagesInvalides, match=mot):
        Reglages.read("localhost")


@pytest.mark.usefixtures("_a_public_server")
def test_a_file_that_is_not_there_or_that_all_may_open_is_refused(tmp_path, monkeypatch):
    write(tmp_path / "comptes.toml").chmod(0o644)
    with pytest.raises(ReglagesInvalides, match="chmod 640"):
        Reglages.read("localhost")
    monkeypatch.setenv("CPTS_COMPTES", str(tmp_path / "absent.toml"))
    with pytest.raises(ReglagesInvalides, match=r"ne peut pas être lu \(il n'existe pas\)"):
        Reglages.read("localhost")
