"""The one evaluator: an indicator and a territory to a value, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from geo.indicateurs import annonces
from geo.indicateurs.agregation import aggregate
from geo.indicateurs.annonces import EXACT, announced, set_beside
from geo.indicateurs.calcul import classe_taille
from geo.indicateurs.registre import (
    ADDITIVES,
    COUVERTURE,
    DIFFERENCE,
    DISTINCTS,
    ETAPE,
    IDENTITE,
    MAXIMUM,
    MOYENNE,
    PART_DU_MAXIMUM,
    PUBLIE,
    RAPPORT,
    SOMME,
    STOCK,
    TAILLE,
)
from geo.indicateurs.territoire import CPTS
from geo.perimetre import CONFIANCES, are_etablies
from geo.regles.completude import departements_complets
from geo.regles.couverture import COUVERTE, INDETERMINEE, NON_COUVERTE, find_etats

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from geo.atlas import Atlas
    from geo.indicateurs.registre import Indicateur
    from geo.indicateurs.territoire import Territoire

# Why there is no value.
PERIMETRE_INCONNU = "perimetre_inconnu"
PERIMETRE_MASQUE = "perimetre_masque"
NON_PUBLIE = "non_publie"
AUTRE_BASE = "autre_base"
SANS_OBJET = "sans_objet"
SANS_DONNEE = "sans_donnee"
LISTE_INCOMPLETE = "liste_incomplete"
VALEUR_APPROCHEE = annonces.APPROCHEE
PERSONNE = annonces.NULLE

AU_MOINS = "au_moins"
# Neither exact nor a bound: a hypothesis may fall, a CPTS that is not known may cover more.
INCERTAIN = "incertain"

# How the declaration of coverage names the memberships it counts.
_ETABLIS, _TOUS = "etablis", "tous"


@dataclass(frozen=True, slots=True)
class Mesure:
    """One indicator of one territory.

    Attributes
    ----------
    indicateur, base
        The identifier of its declaration, and whose share it is where that differs by source.
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
        ``sans_objet`` (not for this kind), ``sans_donnee`` (of no commune of it is the variable
        known), ``liste_incomplete`` (no department of it is complete), ``valeur_approchee`` (would
        rest on an approximate figure), ``personne`` (a share of nobody).
    qualificatif
        As the source gives it. Of coverage where the list of CPTS is incomplete: ``au_moins`` of
        what is established, ``incertain`` of what rests on hypotheses too. Of a sum that leaves out
        communes of which nothing is known: ``au_moins``.
    confiance
        The weakest of the perimeter that a computed figure rests on; ``None`` where the perimeter
        is a certain one, or none.
    source_id
        Of a published figure; of a computed one, the declaration says it.
    bases
        Every base for which the territory's share is published.
    part_pct
        The share of the inhabitants that a computed figure rests on, in per cent; ``None`` where
        the question has no meaning.
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
    part_pct: float | None = None


def measure(
    atlas: Atlas,
    territoire: Territoire,
    definition: str,
    *,
    indicatifs: bool,
    ecran: str = "comparaison",
) -> list[Mesure]:
    """Measure everything that a screen shows of a territory.

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
    ecran
        One of :data:`geo.indicateurs.registre.ECRANS`.

    Returns
    -------
    list
        In the order of the registry; an indicator that differs by base, once for each base that is
        published, and not at all where none is.
    """
    portee = _Portee(atlas, territoire, definition, indicatifs)
    return [
        mesure
        for indicateur in atlas.registre.on(ecran)
        for mesure in _evaluate(portee, indicateur)
    ]


def evaluate(
    atlas: Atlas,
    indicateur: Indicateur,
    territoire: Territoire,
    definition: str,
    *,
    indicatifs: bool,
) -> tuple[Mesure, ...]:
    """Measure one indicator of a territory: see :func:`measure`."""
    return _evaluate(_Portee(atlas, territoire, definition, indicatifs), indicateur)


def values_by_cpts(
    atlas: Atlas,
    indicateur: Indicateur,
    base: str | None = None,
    etablis_seuls: Collection[str] = (),
) -> pd.DataFrame:
    """Evaluate a numeric indicator for every CPTS at once.

    Parameters
    ----------
    atlas
        The atlas.
    indicateur
        Additive, published, or a gap.
    base
        Whose share, where it differs by source.
    etablis_seuls
        The CPTS of which only the established part is looked at. Their gap is left out: the announced
        figure is that of the whole.

    Returns
    -------
    DataFrame
        Indexed by CPTS: ``valeur`` and ``qualificatif``; those without a value are absent.

    Raises
    ------
    ValueError
        If the indicator is none of these.
    """
    if indicateur.methode == PUBLIE:
        return announced(atlas, indicateur.identifiant, base)[["valeur", "qualificatif"]]
    if indicateur.methode == DIFFERENCE:
        calcules = values_by_cpts(atlas, atlas.registre[indicateur.calcul["calcule"]])["valeur"]
        annonce = atlas.registre[indicateur.calcul["annonce"]]
        ecarts = {
            cpts_id: ecart.ecart_pct if indicateur.en_pct else ecart.ecart
            for cpts_id, ecart in annonces.gaps(atlas, annonce, calcules).items()
            if cpts_id not in etablis_seuls
        }
        valeurs = pd.Series(ecarts, dtype="float64").dropna().rename_axis("cpts_id")
        return pd.DataFrame({"valeur": valeurs, "qualificatif": EXACT})
    if indicateur.methode not in ADDITIVES:
        raise ValueError(f"{indicateur.identifiant} is not computed for every CPTS at once")
    membres = atlas.adhesions
    seuls = membres["cpts_id"].isin(list(etablis_seuls))
    membres = membres[~seuls | are_etablies(membres["confiance"])]
    rangs, cpts = pd.factorize(membres["cpts_id"], sort=True)
    agregat = aggregate(indicateur, atlas.variables.loc[membres["code_commune"]], rangs, len(cpts))
    table = pd.DataFrame(
        {
            "valeur": agregat.valeurs,
            "qualificatif": [_sum_qualifier(indicateur, part) for part in agregat.parts_pct],
        },
        index=pd.Index(cpts, name="cpts_id"),
    )
    return table.dropna(subset="valeur")


def _sum_qualifier(indicateur: Indicateur, part_pct: float) -> str:
    """Say what a stock is worth that leaves out inhabitants."""
    return AU_MOINS if indicateur.nature == STOCK and part_pct < 100 else EXACT  # noqa: PLR2004 - per cent


@dataclass(frozen=True, eq=False)
class _Portee:
    """What is evaluated, and on which communes: looked up once for all indicators."""

    atlas: Atlas
    territoire: Territoire
    definition: str
    indicatifs: bool

    @cached_property
    def codes(self) -> list[str]:
        return list(self.territoire.communes(indicatifs=self.indicatifs))

    @cached_property
    def communes(self) -> pd.DataFrame:
        return pd.DataFrame(self.atlas.communes.drop(columns="geometry").loc[self.codes])

    @cached_property
    def variables(self) -> pd.DataFrame:
        return self.atlas.variables.loc[self.codes]

    @cached_property
    def entiere(self) -> bool:
        """An announced figure is that of the whole: it is not set beside a part of the perimeter."""
        return len(self.codes) == len(self.territoire.codes_communes)

    @cached_property
    def confiance(self) -> str | None:
        """The weakest confidence of its memberships, for a CPTS."""
        if self.territoire.genre != CPTS or not self.codes:
            return None
        if self.entiere:
            return self.atlas.perimetre(self.territoire.code).confiance
        adhesions = self.atlas.adhesions
        siennes = (adhesions["cpts_id"] == self.territoire.code) & adhesions["code_commune"].isin(
            self.codes
        )
        return str(min(adhesions.loc[siennes, "confiance"].unique(), key=CONFIANCES.index))

    @cached_property
    def faits(self) -> pd.DataFrame:
        return self.atlas.faits_de(self.territoire.code)

    def etats(self, *, indicatifs: bool) -> pd.Series[str]:
        return find_etats(self.atlas, self.definition, indicatifs=indicatifs).loc[self.codes]

    @cached_property
    def etats_etablis(self) -> pd.Series[str]:
        return self.etats(indicatifs=False)

    @cached_property
    def etats_tous(self) -> pd.Series[str]:
        return self.etats(indicatifs=True)


def _evaluate(portee: _Portee, indicateur: Indicateur) -> tuple[Mesure, ...]:
    territoire = portee.territoire
    if not indicateur.de_communes:
        if territoire.genre != CPTS:
            return ()
        return tuple(_OF_CPTS[indicateur.methode](portee, indicateur))
    vide = Mesure(indicateur.identifiant, territoire.adresse)
    if not portee.codes:
        raison = PERIMETRE_MASQUE if territoire.codes_communes else PERIMETRE_INCONNU
        return (replace(vide, raison=raison),)
    mesure = _OF_COMMUNES[indicateur.methode](portee, indicateur, vide)
    return (replace(mesure, confiance=portee.confiance),)


def _add_up(portee: _Portee, indicateur: Indicateur, vide: Mesure) -> Mesure:
    rangs = np.zeros(len(portee.codes), dtype=np.intp)
    agregat = aggregate(indicateur, portee.variables, rangs, 1)
    valeur, part = float(agregat.valeurs[0]), float(agregat.parts_pct[0])
    part_pct = None if np.isnan(part) else part
    if np.isnan(valeur):
        return replace(vide, raison=PERSONNE if part else SANS_DONNEE, part_pct=part_pct)
    return replace(
        vide, valeur=valeur, qualificatif=_sum_qualifier(indicateur, part), part_pct=part_pct
    )


def _greatest(portee: _Portee, indicateur: Indicateur, vide: Mesure) -> Mesure:
    valeurs = portee.variables[indicateur.calcul["variable"]]
    principale = str(valeurs.idxmax())
    if indicateur.methode == MAXIMUM:
        nom = str(portee.communes["nom"][principale])
        return replace(vide, valeur=float(valeurs.max()), mot=nom)
    part = _share(float(valeurs.max()), float(valeurs.sum()))
    return replace(vide, valeur=part, raison=PERSONNE if part is None else None)


def _count_distinct(portee: _Portee, indicateur: Indicateur, vide: Mesure) -> Mesure:
    return replace(vide, valeur=float(portee.communes[indicateur.calcul["colonne"]].nunique()))


def _cover(portee: _Portee, indicateur: Indicateur, vide: Mesure) -> Mesure:
    """Count the inhabitants whose commune is in a state, or their share."""
    etat, perimetres = indicateur.calcul["etat"], indicateur.calcul["perimetres"]
    if etat == NON_COUVERTE:
        return _uncovered(portee, vide)
    avec = perimetres == _TOUS or (perimetres != _ETABLIS and portee.indicatifs)
    etats = portee.etats_tous if avec else portee.etats_etablis
    population = portee.communes["population"]
    habitants = int(population[etats == etat].sum())
    if not indicateur.en_pct:
        return replace(vide, valeur=float(habitants))
    part = _share(habitants, int(population.sum()))
    inconnu = INCERTAIN if avec else AU_MOINS
    return replace(
        vide,
        valeur=part,
        raison=PERSONNE if part is None else None,
        qualificatif=inconnu if (etats == INDETERMINEE).any() else EXACT,
    )


def _uncovered(portee: _Portee, vide: Mesure) -> Mesure:
    """Count the inhabitants of gaps, from the states by established memberships.

    Only in a complete department can a commune be called a gap, and hypotheses change nothing to
    it: they make a commune covered or leave it undetermined, never uncovered.
    """
    communes, etablis = portee.communes, portee.etats_etablis
    complets = communes["code_departement"].isin(departements_complets(portee.atlas))
    habitants = int(communes.loc[etablis == NON_COUVERTE, "population"].sum())
    if (complets | (etablis == COUVERTE)).all():
        return replace(vide, valeur=float(habitants))
    if complets.any():
        return replace(vide, valeur=float(habitants), qualificatif=AU_MOINS)
    # 0 would be said too soon.
    return replace(vide, raison=LISTE_INCOMPLETE)


def _share(partie: float, total: float) -> float | None:
    return partie / total * 100 if total else None


def _publish(portee: _Portee, indicateur: Indicateur) -> list[Mesure]:
    """Give what sources publish: the first figure or, where bases differ, the first of each."""
    nom, adresse = indicateur.identifiant, portee.territoire.adresse
    par_base: dict[str | None, Mesure] = {}
    for fait in portee.faits[portee.faits["indicateur"] == nom].itertuples():
        base = fait.base if isinstance(fait.base, str) else None
        mesure = Mesure(
            nom,
            adresse,
            float(cast("float", fait.valeur)),
            base=base,
            qualificatif=str(fait.qualificatif),
            source_id=str(fait.source_id),
        )
        par_base.setdefault(base if indicateur.par_base else None, mesure)
    if indicateur.par_base:
        bases = tuple(base for base in par_base if base)
        return [replace(mesure, bases=bases) for mesure in par_base.values()]
    return list(par_base.values()) or [Mesure(nom, adresse, raison=NON_PUBLIE)]


def _computed(portee: _Portee, nom: str) -> Mesure:
    """Give the computed figure of the whole CPTS, to be set beside an announced one."""
    if portee.codes and not portee.entiere:
        return Mesure(nom, portee.territoire.adresse, raison=PERIMETRE_MASQUE)
    return _evaluate(portee, portee.atlas.registre[nom])[0]


def _gap(portee: _Portee, indicateur: Indicateur) -> list[Mesure]:
    """Return computed minus announced."""
    calcul = _computed(portee, indicateur.calcul["calcule"])
    faits = portee.faits
    publies = faits[faits["indicateur"] == indicateur.calcul["annonce"]].to_dict("records")
    ecart = set_beside(publies[0] if publies else None, calcul.valeur)
    valeur = ecart.ecart_pct if indicateur.en_pct else ecart.ecart
    sans = NON_PUBLIE if not publies else calcul.raison or ecart.raison
    return [
        Mesure(
            indicateur.identifiant,
            portee.territoire.adresse,
            valeur,
            raison=sans if valeur is None else None,
            confiance=calcul.confiance,
            source_id=ecart.source_id,
        )
    ]


def _size(portee: _Portee, indicateur: Indicateur) -> list[Mesure]:
    """Give the size class of a population, announced or computed."""
    de = portee.atlas.registre[indicateur.calcul["de"]]
    population = _computed(portee, de.identifiant) if de.de_communes else _publish(portee, de)[0]
    classe = None if population.valeur is None else classe_taille(population.valeur)
    return [
        replace(
            population, indicateur=indicateur.identifiant, valeur=None, mot=classe, part_pct=None
        )
    ]


def _stage(portee: _Portee, indicateur: Indicateur) -> list[Mesure]:
    fiche: Any = portee.territoire.fiche
    return [
        Mesure(
            indicateur.identifiant,
            portee.territoire.adresse,
            mot=str(fiche["statut"]),
            source_id=str(fiche["source_id"]),
        )
    ]


def _name(portee: _Portee, indicateur: Indicateur) -> list[Mesure]:
    territoire = portee.territoire
    return [Mesure(indicateur.identifiant, territoire.adresse, mot=territoire.nom)]


_OF_COMMUNES: dict[str, Callable[[_Portee, Indicateur, Mesure], Mesure]] = {
    SOMME: _add_up,
    RAPPORT: _add_up,
    MOYENNE: _add_up,
    MAXIMUM: _greatest,
    PART_DU_MAXIMUM: _greatest,
    DISTINCTS: _count_distinct,
    COUVERTURE: _cover,
}
_OF_CPTS: dict[str, Callable[[_Portee, Indicateur], Iterable[Mesure]]] = {
    PUBLIE: _publish,
    DIFFERENCE: _gap,
    TAILLE: _size,
    ETAPE: _stage,
    IDENTITE: _name,
}
