"""Synthetic official files over the shipped communes, and the folder of data that importing them makes."""

import datetime as dt
from pathlib import Path

from geo.atlas import Atlas
from geo.chargement import load
from geo.importation.tables import SourceImport
from geo.importation.versions import Depot
from geo.indicateurs.declarations import LIVRES
from geo.lecture.departements import metropolitan
from geo.officiels.choix import Choix
from geo.officiels.examen import examine
from geo.officiels.service import prepare, publish

# In CPTS de Luxeuil, which rests on hypotheses; beside CPTS du bassin vésulien, which is not.
LUXEUIL, FROIDECONCHE = "70311", "70258"
# Pictures are taken of these figures: none is to be read as one of a public body.
SYNTHETIQUE = Choix(source="Données SYNTHÉTIQUES, fichier d'essai")
APL = "codgeo;APL aux médecins généralistes;Population standardisée pour la médecine générale\n"
MT = "codgeo;sans_medecin_traitant_declare;Assurés de 16 ans et plus\n"


def make_apl(atlas) -> str:
    """Give 2 consultations in Haute-Saône, 1 in Luxeuil, 4 elsewhere, and 4 to one row of each other department."""
    lignes = [
        f"{code};{1 if code == LUXEUIL else 2 if code.startswith('70') else 4};{population + 1}"
        for code, population in atlas.communes["population"].items()
    ]
    ailleurs = sorted(metropolitan() - set(atlas.departements.index))
    lignes += [f"{departement}999;4;500000" for departement in ailleurs]
    return APL + "\n".join(lignes) + "\n"


def make_mt(atlas, cache: str = "NS") -> str:
    """Give 12 % in Haute-Saône and 8 % elsewhere; one cell of Froideconche is withheld, or under the threshold."""
    lignes = []
    for code, population in atlas.communes["population"].items():
        assures = max(int(population), 200)
        sans = round(assures * (0.12 if code.startswith("70") else 0.08))
        lignes.append(f"{code};{cache if code == FROIDECONCHE else sans};{assures}")
    return MT + "\n".join(lignes) + "\n"


def import_files(dossier: Path, textes: dict[str, str], choix: Choix = SYNTHETIQUE) -> Path:
    """Import texts, by the names of their files, and return the folder of data in use then."""
    depot = Depot(dossier, LIVRES.parent)
    for nom, texte in textes.items():
        assert "synthetique" in nom
        depuis = depot.actuel()
        avant = load(depuis)
        source = SourceImport(nom, "Essai", "", dt.date(2026, 11, 28))
        examen = examine(nom, texte.encode(), avant, choix)
        publish(depot, prepare(depot, [examen], source, depuis=depuis, atlas=avant))
    return depot.actuel()


def load_officiels(dossier: Path, atlas: Atlas, cache: str) -> Atlas:
    """Read the shipped data with both files; `cache` is what the cell of Froideconche holds."""
    textes = {
        "apl_synthetique_2024.csv": make_apl(atlas),
        "mt_synthetique_2024.csv": make_mt(atlas, cache),
    }
    return load(import_files(dossier, textes))
