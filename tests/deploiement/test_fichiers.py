"""What is shipped to install a region's server: accepted by nginx and by systemd, and of one mind."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.nginx import LIVREE, PORTS_LIVRES, RACINE, Nginx
from ui.serveur import reglages
from ui.serveur.entetes import COMMUNS, HSTS
from ui.serveur.garde import TEMOIN

SYSTEMD = RACINE / "deploiement" / "systemd"
ANALYSE = shutil.which("systemd-analyze")
# Of 100, the more the worse; what is left is of a server on a network, as systemd counts it.
EXPOSITION_MAX = 20
NOMS = {str(port) for port in PORTS_LIVRES}


def read(chemin: Path) -> str:
    return chemin.read_text(encoding="utf-8")


@pytest.mark.parametrize("chemin", ["", "/atlas"])
def test_nginx_reads_the_shipped_configuration(tmp_path, chemin):
    dit = Nginx(tmp_path / "nginx", PORTS_LIVRES, chemin).check()
    assert "test is successful" in dit
    assert "warn" not in dit


def test_nginx_adds_no_header_to_what_the_application_answers():
    texte = read(LIVREE / "atlas-cpts.conf")
    assert "add_header" not in texte
    passe = read(LIVREE / "atlas-cpts" / "mandataire.conf")
    # What a browser pretends of its address never gets through.
    assert "proxy_add_x_forwarded_for" not in passe
    for place in re.findall(r"location [^{]*\{[^}]*proxy_pass[^}]*\}", texte):
        assert "proxy_set_header" not in place


def test_each_of_its_servers_says_nothing_of_itself_nor_of_whoever_asks():
    texte = read(LIVREE / "atlas-cpts.conf")
    serveurs = re.findall(r"^server \{.*?^\}", texte, re.DOTALL | re.MULTILINE)
    assert len(serveurs) == 3
    for serveur in serveurs:
        for attendu in ("server_tokens off;", "erreurs.log crit;", "atlas-cpts/pages.conf;"):
            assert attendu in serveur
    pages = read(LIVREE / "atlas-cpts" / "pages.conf")
    for nom, valeur in {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }.items():
        assert COMMUNS[nom] == valeur
        assert f"add_header {nom} {valeur} always;" in pages
    assert f"on {HSTS};" in texte


def test_a_bad_answer_takes_no_server_of_this_machine_away():
    for nom in ("serveurs", "nouveaux"):
        texte = read(LIVREE / "atlas-cpts" / f"{nom}.conf")
        locaux = re.findall(r"server 127\.0\.0\.1:.*", texte)
        assert locaux
        assert all("max_fails=0" in ligne for ligne in locaux)
        assert "server 10.0.0.6:8511 max_fails=3 fail_timeout=5s;" in texte


def test_its_log_says_neither_who_nor_what():
    forme = re.search(r"log_format atlas [^;]*;", read(LIVREE / "atlas-cpts.conf"))[0]
    employees = set(re.findall(r"\$(\w+)", forme))
    personnelles = {"remote_addr", "request", "request_uri", "uri", "args", "query_string"}
    assert not employees & {*personnelles, "http_referer", "http_user_agent", "remote_user"}


def test_servers_have_the_same_names_and_ports_everywhere():
    serveurs, nouveaux = (
        read(LIVREE / "atlas-cpts" / f"{n}.conf") for n in ("serveurs", "nouveaux")
    )
    assert f"map $cookie_{TEMOIN} $atlas_serveur" in serveurs
    assert set(re.findall(r"^    (\d+) atlas_\1;", serveurs, re.MULTILINE)) == NOMS
    assert set(re.findall(r"^server 127\.0\.0\.1:(\d+) ", nouveaux, re.MULTILINE)) == NOMS
    for nom in NOMS:
        amont = re.search(rf"^upstream atlas_{nom} {{(.*?)^}}", serveurs, re.DOTALL | re.MULTILINE)[
            1
        ]
        premiers = re.findall(r"^ +server 127\.0\.0\.1:(\d+) max_fails=0;", amont, re.MULTILINE)
        secours = re.findall(r"^ +server 127\.0\.0\.1:(\d+) .*backup;", amont, re.MULTILINE)
        assert premiers == [nom]
        assert set(secours) == NOMS - {nom}
    cible = read(SYSTEMD / "atlas-cpts.target")
    assert set(re.findall(r"atlas-cpts@(\d+)\.service", cible)) == NOMS
    assert reglages._NOM_DE_SERVEUR.fullmatch(str(PORTS_LIVRES[0]))


def test_the_unit_has_what_the_settings_may_change():
    unite = read(SYSTEMD / "atlas-cpts@.service")
    for variable in ("ADRESSE", "CHEMIN"):
        assert f"${{{variable}}}" in unite
        assert re.search(rf"^Environment=.*\b{variable}=", unite, re.MULTILINE)


@pytest.mark.skipif(ANALYSE is None, reason="systemd is not installed")
def test_systemd_accepts_the_units_and_finds_them_hardened(tmp_path):
    for source in SYSTEMD.iterdir():
        # An instance is verified as such; the project is here, not in /opt.
        nom = source.name.replace("@.", "@8501.")
        (tmp_path / nom).write_text(read(source).replace("/opt/atlas-cpts", str(RACINE)))
        if "@" in nom:
            shutil.copy(tmp_path / nom, tmp_path / source.name)
    unites = sorted(str(chemin) for chemin in tmp_path.iterdir() if "@." not in chemin.name)
    verifie = subprocess.run(
        [ANALYSE, "verify", "--man=no", *unites], capture_output=True, text=True, check=False
    )
    ici = [ligne for ligne in verifie.stderr.splitlines() if "atlas-cpts" in ligne]
    assert ici == []
    for service in ("atlas-cpts@8501.service", "atlas-cpts-sauvegarde.service"):
        juge = subprocess.run(
            [
                *(ANALYSE, "security", "--offline=true", f"--threshold={EXPOSITION_MAX}"),
                str(tmp_path / service),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert juge.returncode == 0, juge.stdout
