"""A composition as a table of memberships, that a spreadsheet opens and that reads back as it was."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from geo.atelier.composition import take_composition
from geo.atelier.etat import Composition, Cpts, make_membre, part_of
from geo.erreurs import (
    DonneesInvalides,
    Probleme,
    Severite,
    enumerate_first,
    sort_problemes,
    split_problemes,
)
from geo.export import restore_formula
from geo.importation.choix import Choix
from geo.importation.dossier import list_adhesions
from geo.importation.lecture import read_feuilles
from geo.importation.service import check, guess_file
from geo.lecture.cpts import STATUT_INCONNU
from geo.perimetre import CONFIANCES, ENTIERE, round_part, write_part_pct
from geo.texte import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo.atelier.etat import Adhesions, Membre
    from geo.atlas import Atlas
    from geo.importation.feuille import Feuille
    from geo.importation.service import Verification

# In per cent, of a commune that is split; a table of before this column lacks it.
PART = "part_pct"
COLONNES = (
    "code_commune",
    "nom_commune",
    "code_departement",
    "siren_epci",
    "nom_epci",
    "population",
    "cpts_id",
    "cpts",
    "statut",
    "confiance",
    PART,
)
# What a table must have to be read as one of ours, wherever its columns have been moved and whatever was added.
_LUES = ("code_commune", "nom_commune", "cpts_id", "cpts", "statut", "confiance")
# As the schema of cpts_fiches.csv has it.
_IDENTIFIANT = re.compile(r"cpts-[a-z0-9-]+")
_LONGUEUR_CODE = 5
_LIGNES_CITEES = 10


def membership_table(communes: pd.DataFrame, composition: Composition) -> pd.DataFrame:
    """Lay a composition out, one row a membership, and one for each CPTS without commune.

    Parameters
    ----------
    communes
        As :attr:`geo.atlas.Atlas.communes`.
    composition
        A commune of it that is not in `communes` has its code alone.

    Returns
    -------
    DataFrame
        :data:`COLONNES`, sorted by commune, then by CPTS; the CPTS without commune last, their cells of
        commune blank. All texts, but ``population`` in inhabitants of the commune, whole even where it is
        split: ``part_pct`` is then the share of the CPTS.
    """
    lignes = [
        (code, membre[0], membre[1], part_of(membre))
        for code, siennes in sorted(composition.adhesions.items())
        for membre in siennes
    ]
    peuplees = {cpts_id for _, cpts_id, _, _ in lignes}
    vides = sorted(composition.cpts.keys() - peuplees)
    codes = [code for code, *_ in lignes] + [None] * len(vides)
    cpts_ids = [cpts_id for _, cpts_id, _, _ in lignes] + vides
    siennes = pd.DataFrame(communes).reindex(pd.Index(codes, dtype="str"))
    cpts = [composition.cpts[cpts_id] for cpts_id in cpts_ids]
    confiances = [confiance for _, _, confiance, _ in lignes] + [None] * len(vides)
    parts = [write_part_pct(part) or None for *_, part in lignes] + [None] * len(vides)
    colonnes = {
        "code_commune": codes,
        "nom_commune": siennes["nom"].to_list(),
        "code_departement": siennes["code_departement"].to_list(),
        "siren_epci": siennes["siren_epci"].to_list(),
        "nom_epci": siennes["nom_epci"].to_list(),
        "population": siennes["population"].to_list(),
        "cpts_id": cpts_ids,
        "cpts": [fiche.nom for fiche in cpts],
        "statut": [fiche.statut for fiche in cpts],
        "confiance": confiances,
        PART: parts,
    }
    return pd.DataFrame(
        {
            nom: pd.Series(valeurs, dtype="Int64" if nom == "population" else "str")
            for nom, valeurs in colonnes.items()
        }
    )


def read_membership_table(
    nom: str, contenu: bytes, atlas: Atlas
) -> tuple[Composition, tuple[Probleme, ...]]:
    """Read a composition back from what :mod:`geo.export` wrote of its table, or from any planner's table.

    Parameters
    ----------
    nom
        Name of the file, for the problems.
    contenu
        Its bytes.
    atlas
        The data in use. Of a planner's table, the CPTS that it names are replaced as an import would
        (:mod:`geo.importation`), and the others stay as they are there.

    Returns
    -------
    tuple
        The composition, and what deserves a look.

    Raises
    ------
    DonneesInvalides
        If it cannot be read, with every problem.
    """
    feuilles = read_feuilles(nom, contenu)
    for feuille in feuilles:
        if set(_LUES) <= set(_titles(feuille)):
            # How a file of ours was decoded is no news.
            dites = [r for r in feuille.remarques if r.severite is not Severite.INFORMATION]
            return _Lecture(nom, atlas).read(_rows(feuille)), tuple(dites)
    return _read_planner_table(check([guess_file(nom, feuilles)], atlas, Choix()))


class _Ligne(NamedTuple):
    """A row of the table, with its number in the file."""

    rang: int
    code: str
    nom_commune: str
    cpts_id: str
    cpts: str
    statut: str
    confiance: str
    part: str = ""


def _titles(feuille: Feuille) -> list[str]:
    return [titre.strip().casefold() for titre in feuille.lignes[0]]


def _rows(feuille: Feuille) -> Iterator[_Ligne]:
    titres = _titles(feuille)
    places = [titres.index(nom) for nom in (*_LUES, PART) if nom in titres]
    for rang, cellules in enumerate(feuille.lignes[1:], start=2):
        lues = [restore_formula(cellules[place]) for place in places]
        if any(lues):
            yield _Ligne(rang, *lues)


class _Lecture:
    """The reading of a table of ours, which a hand may have edited: all that is wrong is gathered first."""

    def __init__(self, nom: str, atlas: Atlas) -> None:
        self._nom = nom
        self._noms: dict[str, str] = {
            str(code): str(commune) for code, commune in atlas.communes["nom"].items()
        }
        self._statuts = {*map(str, atlas.statuts.index), STATUT_INCONNU}
        self._fautes: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    def read(self, lignes: Iterable[_Ligne]) -> Composition:
        toutes = [ligne._replace(code=self._repair(ligne.code)) for ligne in lignes]
        cpts = self._read_cpts(toutes)
        adhesions = self._read_adhesions(toutes)
        if self._fautes:
            raise DonneesInvalides(
                Probleme(Severite.BLOQUANT, self._nom, f"{_place(rangs)} : {message}", remede)
                for (message, remede), rangs in self._fautes.items()
            )
        return Composition(cpts, adhesions)

    def _repair(self, code: str) -> str:
        """Give a code back the zero that a spreadsheet takes off."""
        entier = code.zfill(_LONGUEUR_CODE)
        return entier if code and entier in self._noms else code

    def _tell(self, ligne: _Ligne, message: str, remede: str) -> None:
        self._fautes[message, remede].append(ligne.rang)

    def _read_cpts(self, lignes: Sequence[_Ligne]) -> dict[str, Cpts]:
        cpts: dict[str, Cpts] = {}
        for ligne in lignes:
            if not _IDENTIFIANT.fullmatch(ligne.cpts_id):
                self._tell(
                    ligne,
                    f"« {ligne.cpts_id} » n'est pas un identifiant de CPTS."
                    if ligne.cpts_id
                    else "L'identifiant de la CPTS (cpts_id) manque.",
                    "Recopier celui d'une autre ligne de cette CPTS ; pour une nouvelle, écrire « cpts- » puis son nom "
                    "en minuscules sans accent, avec des tirets.",
                )
                continue
            lue = Cpts(ligne.cpts, ligne.statut)
            connue = cpts.setdefault(ligne.cpts_id, lue)
            if connue.nom != lue.nom:
                self._tell(
                    ligne,
                    f"« {ligne.cpts_id} » s'appelle ici « {lue.nom} », plus haut « {connue.nom} ».",
                    "Donner le même nom à toutes les lignes d'une CPTS, ou un autre identifiant à l'autre CPTS.",
                )
            if connue.statut != lue.statut:
                self._tell(
                    ligne,
                    f"« {ligne.cpts_id} » est ici à l'étape « {lue.statut} », plus haut « {connue.statut} ».",
                    "Donner la même étape à toutes les lignes d'une CPTS.",
                )
            if not lue.nom:
                self._tell(ligne, "Le nom de la CPTS manque.", "L'écrire dans la colonne « cpts ».")
            if lue.statut not in self._statuts:
                self._tell(
                    ligne,
                    f"« {lue.statut} » n'est pas une étape connue.",
                    f"Écrire l'une de : {', '.join(sorted(self._statuts))}.",
                )
        self._check_names(cpts, lignes)
        return cpts

    def _check_names(self, cpts: Mapping[str, Cpts], lignes: Sequence[_Ligne]) -> None:
        premieres: dict[str, str] = {}
        for cpts_id, lue in cpts.items():
            premier = premieres.setdefault(lue.nom, cpts_id)
            if lue.nom and premier != cpts_id:
                self._tell(
                    next(ligne for ligne in lignes if ligne.cpts_id == cpts_id),
                    f"« {premier} » et « {cpts_id} » ont le même nom, « {lue.nom} ».",
                    "Donner un même identifiant aux lignes d'une seule CPTS, ou des noms différents à deux CPTS.",
                )

    def _read_adhesions(self, lignes: Sequence[_Ligne]) -> dict[str, Adhesions]:
        siennes: defaultdict[str, dict[str, Membre]] = defaultdict(dict)
        peuplees = {ligne.cpts_id for ligne in lignes if ligne.code}
        for ligne in lignes:
            if not ligne.code:
                if ligne.nom_commune or ligne.confiance or ligne.cpts_id in peuplees:
                    self._tell(
                        ligne,
                        "Le code de la commune manque.",
                        "Écrire son code INSEE, ou ôter la ligne.",
                    )
                continue
            self._check_commune(ligne)
            if ligne.confiance not in CONFIANCES:
                self._tell(
                    ligne,
                    f"« {ligne.confiance} » n'est pas une confiance connue.",
                    f"Écrire l'une de : {', '.join(CONFIANCES)}.",
                )
            if ligne.cpts_id in siennes[ligne.code]:
                self._tell(
                    ligne,
                    f"La commune {ligne.code} est déjà dans « {ligne.cpts_id} ».",
                    "Ne garder qu'une de ces lignes.",
                )
            siennes[ligne.code][ligne.cpts_id] = make_membre(
                ligne.cpts_id, ligne.confiance, self._read_part(ligne)
            )
        return {code: tuple(sorted(cpts.values())) for code, cpts in siennes.items()}

    def _read_part(self, ligne: _Ligne) -> float:
        """Read the share of a commune; a spreadsheet may have put a comma in it."""
        if not ligne.part:
            return ENTIERE
        try:
            part = float(ligne.part.replace(",", ".")) / 100
        except ValueError:
            part = 0.0
        if not 0 < part <= ENTIERE:
            self._tell(
                ligne,
                f"« {ligne.part} » n'est pas une part de commune.",
                "Écrire un nombre de plus de 0 et de moins de 100, en pour cent des habitants ; ou vider la cellule "
                "si la commune y est entière.",
            )
            return ENTIERE
        return round_part(part)

    def _check_commune(self, ligne: _Ligne) -> None:
        attendu = self._noms.get(ligne.code)
        if attendu is None:
            self._tell(
                ligne,
                f"« {ligne.code} » n'est pas le code d'une commune des données en service.",
                "Corriger le code INSEE, ou ôter la ligne.",
            )
        elif ligne.nom_commune and sort_key(ligne.nom_commune) != sort_key(attendu):
            self._tell(
                ligne,
                f"{ligne.code} est le code de {attendu}, pas de « {ligne.nom_commune} ».",
                "Corriger le code ou le nom : une colonne a peut-être été triée sans les autres.",
            )


def _place(rangs: Sequence[int]) -> str:
    lignes = enumerate_first(map(str, rangs), _LIGNES_CITEES)
    return f"ligne{'s' if len(rangs) > 1 else ''} {lignes}"


def _read_planner_table(verification: Verification) -> tuple[Composition, tuple[Probleme, ...]]:
    remarques = sort_problemes([*verification.remarques, *_list_anomalies(verification)])
    bloquants, autres = split_problemes(remarques)
    if bloquants:
        raise DonneesInvalides(bloquants)
    atlas, diagnostic = verification.atlas, verification.diagnostic
    avant = take_composition(atlas)
    touchees = {*diagnostic.cpts["cpts_id"], *diagnostic.absentes}
    adhesions = {
        code: {membre[0]: membre for membre in siennes if membre[0] not in touchees}
        for code, siennes in avant.adhesions.items()
    }
    lues = list_adhesions(diagnostic, atlas)
    for cpts_id, code, confiance, part in zip(
        *(lues[nom] for nom in ("cpts_id", "code_commune", "confiance", "part")), strict=True
    ):
        adhesions.setdefault(code, {})[cpts_id] = make_membre(cpts_id, confiance, part)
    cpts = dict(avant.cpts)
    for nom, cpts_id, statut in zip(
        diagnostic.cpts.index, diagnostic.cpts["cpts_id"], diagnostic.cpts["statut"], strict=True
    ):
        connue = cpts.get(cpts_id, Cpts(nom, statut))
        # As an import would: what the table does not say of a stage, the sheet goes on saying.
        cpts[cpts_id] = Cpts(connue.nom, connue.statut if statut == STATUT_INCONNU else statut)
    membres = {
        code: tuple(sorted(siennes.values())) for code, siennes in adhesions.items() if siennes
    }
    return Composition(cpts, membres), autres


def _list_anomalies(verification: Verification) -> list[Probleme]:
    anomalies = verification.anomalies
    return [
        Probleme(
            Severite(severite),
            f"{fichier}, ligne {ligne}" if ligne else str(fichier),
            message,
            remede,
            identifiant=genre,
        )
        for fichier, ligne, severite, message, remede, genre in zip(
            anomalies["fichier"],
            anomalies["ligne"],
            anomalies["severite"],
            anomalies["message"],
            anomalies["remede"],
            anomalies["genre"],
            strict=True,
        )
    ]
