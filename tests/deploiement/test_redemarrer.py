"""The round of the servers: newcomers go elsewhere, imports are waited for, one at a time, and nothing is left halfway."""

import importlib.machinery
import importlib.util
import signal

import pytest

from tests.nginx import LIVREE, RACINE


@pytest.fixture(scope="module")
def outil():
    """Load the script, which has no suffix."""
    chemin = str(RACINE / "deploiement" / "redemarrer")
    chargeur = importlib.machinery.SourceFileLoader("redemarrer", chemin)
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("redemarrer", chargeur)
    )
    chargeur.exec_module(module)
    module.PAUSE_S = 0
    return module


class Fausse:
    """A machine of two servers: what each says at ``/pret``, and all that was done."""

    def __init__(self, nouveaux):
        self.nouveaux = nouveaux
        self.faits = []
        self.imports = {"8501": [2, 1, 0], "8502": [0]}
        self.vidange = set()
        self.morts = set()
        self.casse = None
        self.echoues = set()

    def reload_nginx(self):
        lignes = self.nouveaux.read_text().splitlines()
        dehors = [
            ligne.split()[1][-4:] for ligne in lignes if ligne[:1] == "s" and " down" in ligne
        ]
        self.faits.append(("nginx", *dehors))

    def signal(self, nom, lequel):
        self.faits.append((nom, lequel.name))
        (self.vidange.add if lequel is signal.SIGUSR1 else self.vidange.discard)(nom)

    def restart(self, nom):
        if nom == self.casse:
            raise self.erreur
        self.faits.append((nom, "restart", self.imports[nom][0]))
        self.vidange.discard(nom)
        if nom in self.echoues:
            self.morts.add(nom)
        else:
            self.morts.discard(nom)

    def is_failed(self, nom):
        return nom in self.echoues

    def last_words(self, nom):
        return f"{nom} : réglage faux."

    def ask(self, adresse, chemin):
        assert chemin == "/atlas"
        nom = adresse.rpartition(":")[2]
        if nom in self.morts:
            return None, {}
        if nom not in self.vidange:
            return 200, {"etat": "prêt"}
        reste = self.imports[nom]
        return 503, {"etat": "se vide", "imports": reste.pop(0) if len(reste) > 1 else reste[0]}


@pytest.fixture
def tournee(outil, tmp_path, monkeypatch):
    nouveaux = tmp_path / "nouveaux.conf"
    lignes = (LIVREE / "atlas-cpts" / "nouveaux.conf").read_text(encoding="utf-8").splitlines()
    nouveaux.write_text(
        "\n".join(
            ligne
            for ligne in lignes
            if "8503" not in ligne and "8504;" not in ligne and ":8504" not in ligne
        )
    )
    machine = Fausse(nouveaux)
    monkeypatch.setattr(outil, "ask_pret", machine.ask)
    return outil.Tournee(machine, nouveaux, "/atlas", 60), machine


def test_one_at_a_time_each_once_its_imports_are_done(tournee):
    ronde, machine = tournee
    avant = machine.nouveaux.read_text()
    assert list(ronde.list()) == ["8501", "8502"]
    ronde.go(["8501", "8502"])
    assert machine.faits == [
        ("nginx", "8501"),
        ("8501", "SIGUSR1"),
        ("8501", "restart", 0),
        ("nginx",),
        ("nginx", "8502"),
        ("8502", "SIGUSR1"),
        ("8502", "restart", 0),
        ("nginx",),
    ]
    assert machine.nouveaux.read_text() == avant


def test_an_import_that_lasts_is_not_waited_for_without_an_end(tournee, capsys):
    ronde, machine = tournee
    ronde.attente_s = 0
    machine.imports["8501"] = [1]
    ronde.go(["8501"])
    assert ("8501", "restart", 1) in machine.faits
    assert "le délai est passé" in capsys.readouterr().out


def test_what_fails_leaves_the_server_as_it_was(tournee, outil):
    ronde, machine = tournee
    machine.casse, machine.erreur = "8501", outil.Echec("panne")
    with pytest.raises(outil.Echec, match="panne"):
        ronde.go(["8501", "8502"])
    assert machine.faits[-2:] == [("8501", "SIGUSR2"), ("nginx",)]
    assert not machine.vidange


def test_the_last_server_that_answers_is_left_alone(tournee, outil):
    ronde, machine = tournee
    machine.morts.add("8502")
    with pytest.raises(outil.Echec, match="Aucun autre serveur"):
        ronde.go(["8501"])
    assert machine.faits == []
    # A dead one is started again without more ado.
    ronde.go(["8502"])
    assert ("8502", "SIGUSR1") not in machine.faits
    with pytest.raises(outil.Echec, match="n'a pas de serveur 9999"):
        ronde.go(["9999"])


def test_a_server_that_systemd_gives_up_stops_the_round_at_once_in_its_own_words(
    tournee, outil, capsys
):
    ronde, machine = tournee
    avant = machine.nouveaux.read_text()
    machine.echoues.add("8501")
    with pytest.raises(outil.Echec, match=r"ne démarre pas.*« 8501 : réglage faux\. »"):
        ronde.go(["8501", "8502"])
    assert "reçoit de nouveau" not in capsys.readouterr().out
    # It is in the list again, for when it is mended; the others are left alone.
    assert machine.faits[-1] == ("nginx",)
    assert machine.nouveaux.read_text() == avant
    assert "8502" not in {fait[0] for fait in machine.faits}
    machine.echoues.clear()
    ronde.go(["8501"])
    assert "8501 : reçoit de nouveau" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ecrit", "chemin"),
    [
        ("CPTS_HOTES='a'\n#CHEMIN='/atlas'\n", ""),
        ("CPTS_HOTES='a'\nCHEMIN='/atlas'\nADRESSE='::'\n", "/atlas"),
        ('CHEMIN="/ars/atlas/" \n', "/ars/atlas"),
        ("CHEMIN=/avant\nCHEMIN=/\n", ""),
    ],
)
def test_the_path_is_read_where_the_servers_read_it(outil, ecrit, chemin):
    assert outil.read_chemin(ecrit) == chemin


def test_a_server_of_another_machine_is_not_restarted_here(tournee, outil):
    siens, machine = tournee
    machine.nouveaux.write_text(
        machine.nouveaux.read_text(encoding="utf-8") + "\nserver 203.0.113.7:8511 max_fails=3;\n"
    )
    with pytest.raises(outil.Echec, match=r"203\.0\.113\.7:8511 : sur une autre machine"):
        siens.go(["8501", "8511"])
    assert machine.faits == []


def test_where_nginx_is_not_it_says_what_to_do(outil, tmp_path):
    with pytest.raises(outil.Echec, match="nginx n'est pas sur cette machine"):
        outil.Tournee(None, tmp_path / "absent.conf", "", 0).list()
