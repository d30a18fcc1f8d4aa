"""What can be measured of a territory, and why some of it cannot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from geo.indicateurs.calcul import classe_taille
from geo.indicateurs.territoire import CPTS
from geo.indicateurs.valeurs import PART_SANS_MEDECIN_TRAITANT
from geo.perimetre import CONFIANCES
from geo.regles.completude import departements_complets
from geo.regles.couverture import COUVERTE, INDETERMINEE, NON_COUVERTE, find_etats

if TYPE_CHECKING:
    from geo.atlas import Atlas
    from geo.indicateurs.territoire import Territoire

# Why there is no value.
PERIMETRE_INCONNU = "perimetre_inconnu"
PERIMETRE_MASQUE = "perimetre_masque"
NON_PUBLIE = "non_publie"
AUTRE_BASE = "autre_base"
SANS_OBJET = "sans_objet"
LISTE_INCOMPLETE = "liste_incomplete"
VALEUR_APPROCHEE = "valeur_approchee"
PERSONNE = "personne"

EXACT = "egal"
AU_MOINS = "au_moins"
# Neither exact nor a bound: a hypothesis may fall, a CPTS that is not known may cover more.
INCERTAIN = "incertain"


@dataclass(frozen=True, slots=True)
class Indicateur:
    """How an indicator is read.

    Attributes
    ----------
    unite
        ``habitants``, ``communes``, ``km2``, ``hab_km2``, ``pct``, ``epci``, ``departements``,
        ``professionnels``, or ``mot`` for what is no number.
    annonce
        Whether sources publish it; otherwise it is computed from communes, or from both.
    relatif
        Whether a difference in per cent of the reference means something: it does not of a share,
        whose difference is in points, nor of a count of a few units.
    """

    unite: str
    annonce: bool = False
    relatif: bool = False


INDICATEURS = {
    "population": Indicateur("habitants", relatif=True),
    "communes": Indicateur("communes", relatif=True),
    "surface_km2": Indicateur("km2", relatif=True),
    "densite": Indicateur("hab_km2", relatif=True),
    "population_commune_principale": Indicateur("habitants", relatif=True),
    "part_commune_principale_pct": Indicateur("pct"),
    "epci": Indicateur("epci"),
    "departements": Indicateur("departements"),
    "part_couverte_etablie_pct": Indicateur("pct"),
    "part_couverte_indicative_pct": Indicateur("pct"),
    "population_sans_perimetre_connu": Indicateur("habitants", relatif=True),
    "population_zone_blanche": Indicateur("habitants", relatif=True),
    "population_annoncee": Indicateur("habitants", annonce=True, relatif=True),
    "ecart_population_pct": Indicateur("pct"),
    "communes_annoncees": Indicateur("communes", annonce=True, relatif=True),
    "ecart_communes": Indicateur("communes"),
    "taille_annoncee": Indicateur("mot", annonce=True),
    "taille_calculee": Indicateur("mot"),
    "professionnels_annonces": Indicateur("professionnels", annonce=True, relatif=True),
    PART_SANS_MEDECIN_TRAITANT: Indicateur("pct", annonce=True),
    "etape": Indicateur("mot", annonce=True),
}
_NOMS = tuple(INDICATEURS)
# Those of any territory; the others, from the announced population on, are of a CPTS alone.
CALCULES = _NOMS[: _NOMS.index("population_annoncee")]

# The two shares covered, by established memberships and by all, and what the qualifier of each is
# where the state of a commune is not known.
_PARTS = {
    False: ("part_couverte_etablie_pct", AU_MOINS),
    True: ("part_couverte_indicative_pct", INCERTAIN),
}


@dataclass(frozen=True, slots=True)
class Mesure:
    """One indicator of one territory.

    Attributes
    ----------
    indicateur, base
        One of :data:`INDICATEURS`, and whose share it is where that differs by source.
    territoire
        As the address names it.
    valeur
        In the unit of the indicator; ``None`` where there is none, or none in numbers.
    mot
        What is said beside or in place of the number: a size class, a stage (``statut``), the name
        of the most populous commune.
    raison
        Why there is neither: ``perimetre_inconnu``, ``perimetre_masque`` (hypothetical, and those
        are left out), ``non_publie``, ``autre_base`` (published, for other bases only),
        ``sans_objet`` (not for this kind), ``liste_incomplete`` (no department of it is complete),
        ``valeur_approchee`` (would rest on an approximate figure), ``personne`` (a share of
        nobody).
    qualificatif
        As the source gives it. Of coverage where the list of CPTS is incomplete: ``au_moins`` of
        what is established, ``incertain`` of what rests on hypotheses too.
    confiance
        The weakest of the perimeter that a computed figure rests on; ``None`` where the perimeter
        is a certain one, or none.
    source_id
        Of a published figure.
    bases
        Every base for which the territory's share is published.
    """

    indicateur: str
    territoire: str
    valeur: float | None = None
    base: str | None = None
    mot: str | None = None
    raison: str | None = None
    qualificatif: str = EXACT
    confiance: str | None = None
    source_id: str | None = None
    bases: tuple[str, ...] = ()


def measure(
    atlas: Atlas, territoire: Territoire, definition: str, *, indicatifs: bool
) -> list[Mesure]:
    """Measure everything that is known of a territory.

    Parameters
    ----------
    atlas
        The atlas.
    territoire
        Any; what is published concerns CPTS alone, and other kinds have no such measure.
    definition
        One of :data:`geo.regles.couverture.DEFINITIONS`.
    indicatifs
        Whether hypothetical memberships count; without them a CPTS is its established part.

    Returns
    -------
    list
        In the order of :data:`INDICATEURS`; a share without médecin traitant for each base that is
        published, none where there is none.
    """
    codes = list(territoire.communes(indicatifs=indicatifs))
    communes = pd.DataFrame(atlas.communes.drop(columns="geometry").loc[codes])
    if communes.empty:
        raison = PERIMETRE_MASQUE if territoire.codes_communes else PERIMETRE_INCONNU
        mesures = [Mesure(nom, territoire.adresse, raison=raison) for nom in CALCULES]
    else:
        mesures = [
            *_count(atlas, territoire, communes),
            *_cover(atlas, territoire, communes, definition, indicatifs=indicatifs),
        ]
        confiance = _weakest(atlas, territoire, codes)
        mesures = [replace(mesure, confiance=confiance) for mesure in mesures]
    if territoire.genre == CPTS:
        mesures += _publish(
            atlas, territoire, mesures, entiere=len(codes) == len(territoire.codes_communes)
        )
    return mesures


def _count(atlas: Atlas, territoire: Territoire, communes: pd.DataFrame) -> list[Mesure]:
    """Measure what the communes alone say."""
    population = communes["population"]
    total, surface_km2 = int(population.sum()), float(communes["surface_km2"].sum())
    principale, habitants = str(population.idxmax()), int(population.max())
    part = _share(habitants, total)
    valeurs = {
        "population": total,
        "communes": len(communes),
        "surface_km2": surface_km2,
        "densite": total / surface_km2,
        "population_commune_principale": habitants,
        "part_commune_principale_pct": part,
        "epci": communes["siren_epci"].nunique(),
        "departements": communes["code_departement"].nunique(),
    }
    mots = {"population_commune_principale": str(atlas.communes["nom"][principale])}
    return [
        Mesure(
            nom,
            territoire.adresse,
            valeur,
            mot=mots.get(nom),
            raison=PERSONNE if valeur is None else None,
        )
        for nom, valeur in valeurs.items()
    ]


def _cover(
    atlas: Atlas,
    territoire: Territoire,
    communes: pd.DataFrame,
    definition: str,
    *,
    indicatifs: bool,
) -> list[Mesure]:
    """Measure coverage, by established memberships and by all, and what is not covered."""
    adresse, population = territoire.adresse, communes["population"]
    mesures = []
    etats = {
        avec: find_etats(atlas, definition, indicatifs=avec).loc[communes.index] for avec in _PARTS
    }
    for avec, (nom, sinon) in _PARTS.items():
        part = _share(int(population[etats[avec] == COUVERTE].sum()), int(population.sum()))
        qualificatif = sinon if (etats[avec] == INDETERMINEE).any() else EXACT
        raison = PERSONNE if part is None else None
        mesures.append(Mesure(nom, adresse, part, raison=raison, qualificatif=qualificatif))
    inconnus = int(population[etats[indicatifs] == INDETERMINEE].sum())
    mesures.append(Mesure("population_sans_perimetre_connu", adresse, inconnus))
    return [*mesures, _uncovered(atlas, adresse, communes, etats[False])]


def _uncovered(atlas: Atlas, adresse: str, communes: pd.DataFrame, etablis: pd.Series) -> Mesure:
    """Count the inhabitants of gaps, from the states by established memberships.

    Only in a complete department can a commune be called a gap, and hypotheses change nothing to
    it: they make a commune covered or leave it undetermined, never uncovered.
    """
    nom = "population_zone_blanche"
    complets = communes["code_departement"].isin(departements_complets(atlas))
    habitants = int(communes.loc[etablis == NON_COUVERTE, "population"].sum())
    if (complets | (etablis == COUVERTE)).all():
        return Mesure(nom, adresse, habitants)
    if complets.any():
        return Mesure(nom, adresse, habitants, qualificatif=AU_MOINS)
    # 0 would be said too soon.
    return Mesure(nom, adresse, raison=LISTE_INCOMPLETE)


def _share(partie: int, total: int) -> float | None:
    return partie / total * 100 if total else None


def _weakest(atlas: Atlas, territoire: Territoire, codes: list[str]) -> str | None:
    if territoire.genre != CPTS:
        return None
    adhesions = atlas.adhesions
    siennes = (adhesions["cpts_id"] == territoire.code) & adhesions["code_commune"].isin(codes)
    return str(min(adhesions.loc[siennes, "confiance"].unique(), key=CONFIANCES.index))


def _publish(
    atlas: Atlas, territoire: Territoire, calculees: list[Mesure], *, entiere: bool
) -> list[Mesure]:
    """Measure what sources publish of a CPTS, and how the computed figures differ from it.

    An announced figure is that of the whole: it is not set beside a part of the perimeter.
    """
    adresse = territoire.adresse
    parts: list[Mesure] = []
    annonces: dict[str, Mesure] = {}
    for fait in atlas.faits_de(territoire.code).itertuples():
        nom, base = str(fait.indicateur), fait.base if isinstance(fait.base, str) else None
        mesure = Mesure(
            nom,
            adresse,
            float(cast("float", fait.valeur)),
            base=base,
            qualificatif=str(fait.qualificatif),
            source_id=str(fait.source_id),
        )
        if nom == PART_SANS_MEDECIN_TRAITANT:
            if base not in {part.base for part in parts}:
                parts.append(mesure)
        else:
            annonces.setdefault(nom, mesure)
    bases = tuple(part.base for part in parts if part.base)
    calcul = {mesure.indicateur: mesure for mesure in calculees}

    def announced(nom: str) -> Mesure:
        return annonces.get(nom, Mesure(nom, adresse, raison=NON_PUBLIE))

    def computed(nom: str) -> Mesure:
        return calcul[nom] if entiere else Mesure(nom, adresse, raison=PERIMETRE_MASQUE)

    population, communes = announced("population_annoncee"), announced("communes_annoncees")
    fiche: Any = territoire.fiche
    return [
        population,
        _gap("ecart_population_pct", population, computed("population"), en_pct=True),
        communes,
        _gap("ecart_communes", communes, computed("communes"), en_pct=False),
        _size("taille_annoncee", population),
        _size("taille_calculee", computed("population")),
        announced("professionnels_annonces"),
        *(replace(part, bases=bases) for part in parts),
        Mesure("etape", adresse, mot=str(fiche["statut"]), source_id=str(fiche["source_id"])),
    ]


def _gap(nom: str, annonce: Mesure, calcul: Mesure, *, en_pct: bool) -> Mesure:
    """Return computed minus announced; only from a figure that its source gives as exact."""
    ecart = Mesure(nom, annonce.territoire, confiance=calcul.confiance, source_id=annonce.source_id)
    raison = annonce.raison or calcul.raison
    if annonce.valeur is None or calcul.valeur is None:
        return replace(ecart, raison=raison)
    if annonce.qualificatif != EXACT:
        return replace(ecart, raison=VALEUR_APPROCHEE)
    difference = calcul.valeur - annonce.valeur
    if not en_pct:
        return replace(ecart, valeur=difference)
    if not annonce.valeur:
        return replace(ecart, raison=PERSONNE)
    return replace(ecart, valeur=difference / annonce.valeur * 100)


def _size(nom: str, population: Mesure) -> Mesure:
    classe = None if population.valeur is None else classe_taille(population.valeur)
    return replace(population, indicateur=nom, valeur=None, mot=classe)
