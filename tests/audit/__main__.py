"""An audit of every screen and file, without the code that makes them: ``python -m tests.audit``."""

import sys
import time
from collections import Counter
from pathlib import Path

from tests.audit.faits import Faits
from tests.audit.jugement import EXPLICATIONS, Jugement, judge
from tests.audit.regles import Regles
from tests.audit.releve import read_all

DONNEES = Path(__file__).resolve().parents[2] / "data"
_EXEMPLES = 40


def main() -> int:
    """Read, recompute, judge and report; the status is 1 where something is wrong or unexplained."""
    debut = time.monotonic()
    releve = read_all()
    jugement = judge(releve.enonces, Regles(Faits(DONNEES)))
    _say(
        f"{len(releve.pages)} pages, {len(releve.fichiers)} fichiers, {time.monotonic() - debut:.0f} s"
    )
    report(jugement)
    return int(bool(jugement.faux or jugement.inexpliquees))


def report(jugement: Jugement) -> None:
    """Print what was found, the closing line last."""
    _say("\nNon recalculés :")
    for quoi, n in jugement.non_recalcules.most_common(_EXEMPLES):
        _say(f"  {n:6} {quoi}")
    _say("\nFaux :")
    for lecture in jugement.faux:
        e = lecture.enonce
        _say(
            f"  {e.contexte.lieu}, {e.sous}{' / ' + e.colonne if e.colonne else ''} : « {lecture.nombre.ecrit} » "
            f"pour {lecture.attendu.valeur:g} ({' '.join(lecture.attendu.cle)}) dans « {e.texte} »"
        )
    _say("\nPaires expliquées :")
    for raison, n in jugement.expliquees.most_common():
        _say(f"  {n:6} {EXPLICATIONS[raison]}")
    _say("\nPaires inexpliquées :")
    groupes = Counter((cle, a.split(" : ")[-1], b) for cle, a, b, _ in jugement.inexpliquees)
    for (cle, a, b), n in groupes.most_common():
        _say(f"  {n:6} {cle} : « {a} » / {b}")
    _say(f"\n{jugement.closing()}")


def _say(ligne: str) -> None:
    sys.stdout.write(f"{ligne}\n")


if __name__ == "__main__":
    sys.exit(main())
