"""The one evaluator: an indicator and a territory to a value, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from geo.indicateurs import annonces
from geo.indicateurs.agregation import aggregate, columns_of, share_known
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
    PAR_COMMUNE,
    PAR_DEPARTEMENT,
    PART_DU_MAXIMUM,
    PUBLIE,
    RAPPORT,
    SOMME,
    STOCK,
    TAILLE,
)
from geo.indicateurs.territoire import CPTS, DEPARTEMENT, FRANCE, REGION
from geo.lecture.departements import departements_of, metropolitan
from geo.lecture.officiels import DEPARTEMENT as CODE_DEPARTEMENT
from geo.lecture.officiels import LIGNE
from geo.lecture.variables import PART, POPULATION, read_cells
from geo.perimetre import ENTIERE, are_etablies, count_inhabitants, weakest_confiance
from geo.regles.completude import departements_complets
from geo.regles.couverture import (
    COUVERTE,
    INDETERMINEE,
    MASQUEE,
    NON_COUVERTE,
    count_by_etat,
    find_parts,
    round_etats,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from geo.atlas import Atlas
    from geo.cellules import Valeurs
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
RETENUE = "retenue"
NON_AGREGEABLE = "non_agregeable"
AUTRE_NIVEAU = "autre_niveau"
RIEN_DE_CONNU = "rien_de_connu"
VALEUR_APPROCHEE = annonces.APPROCHEE
PERSONNE = annonces.NULLE

AU_MOINS = "au_moins"
# Neither exact nor a bound: a hypothesis may fall, a CPTS that is not known may cover more, a commune that is
# missing may lower a balance.
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
        rest on an approximate figure), ``personne`` (a share of nobody), ``retenue`` (a cell of it is
        withheld), ``non_agregeable`` (nothing says how communes add up), ``autre_niveau`` (published by
        department, region and France only), ``rien_de_connu`` (all that is known is nought, and more may be:
        « at least none » would read as « none »).
    qualificatif
        As the source gives it. Of coverage where the list of CPTS is incomplete: ``au_moins`` of
        what is established, ``incertain`` of what rests on hypotheses too. Of a sum that leaves out
        communes of which nothing is known: ``au_moins``, of a balance ``incertain``.
    confiance
        The weakest of the perimeter that a computed figure rests on; ``None`` where the perimeter
        is a certain one, or none.
    source_id
        Of a published figure; of a computed one, the declaration says it.
    numerateur
        Of a published share, how many people its source says that it is.
    bases
        Every base for which the territory's share is published.
    part_pct
        The share of the inhabitants that a computed figure rests on, in per cent; ``None`` where
        the question has no meaning.
    bornes
        Of a withheld figure, the least and the most that it may be, where something bounds it; the
        most is infinite of a count that leaves communes out.
    intervalle
        Of a share with its numerator and denominator, 95 %, in per cent; of a withheld one, of all that it may be.
    communes, secretes, manquantes
        Of an official figure, how many rows of its file are known, withheld, not known.
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
    numerateur: float | None = None
    bases: tuple[str, ...] = ()
    part_pct: float | None = None
    bornes: tuple[float, float] | None = None
    intervalle: tuple[float, float] | None = None
    communes: int = 0
    secretes: int = 0
    manquantes: int = 0


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


def evaluate_each(
    atlas: Atlas,
    indicateurs: Iterable[Indicateur],
    territoire: Territoire,
    definition: str,
    *,
    indicatifs: bool,
) -> list[tuple[Mesure, ...]]:
    """Measure some indicators of a territory, whose communes are looked up once: see :func:`evaluate`."""
    portee = _Portee(atlas, territoire, definition, indicatifs)
    return [_evaluate(portee, indicateur) for indicateur in indicateurs]


def list_rows(
    atlas: Atlas, indicateur: Indicateur, territoire: Territoire, *, indicatifs: bool
) -> pd.DataFrame:
    """Return the rows that an additive indicator of a territory adds up: variables by commune or by row of its file."""
    portee = _Portee(atlas, territoire, "", indicatifs)
    lignes = portee.lignes(indicateur)
    return lignes[columns_of(indicateur, lignes)]


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
        Indexed by CPTS: ``valeur`` and ``qualificatif``, and ``numerateur`` of what is published; those without a
        value are absent.

    Raises
    ------
    ValueError
        If the indicator is none of these.
    """
    if indicateur.methode == PUBLIE:
        return announced(atlas, indicateur.identifiant, base)[
            ["valeur", "qualificatif", "numerateur"]
        ]
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
    siennes, rangs, cpts = _members(atlas, indicateur, etablis_seuls)
    agregat = aggregate(indicateur, siennes, rangs, len(cpts))
    parts = share_known(indicateur, siennes, rangs, len(cpts))
    table = pd.DataFrame(
        {
            "valeur": agregat.valeurs,
            "qualificatif": [_sum_qualifier(indicateur, part) for part in parts],
        },
        index=pd.Index(cpts, name="cpts_id"),
    )
    partielles = table["qualificatif"].map(lambda q: _is_open(indicateur, q))
    return table[(table["valeur"] != 0) | ~partielles.astype(bool)].dropna(subset="valeur")


def withheld_by_cpts(
    atlas: Atlas, indicateur: Indicateur, etablis_seuls: Collection[str] = ()
) -> dict[str, tuple[float, float] | None]:
    """Return the bounds of the CPTS of which a cell is withheld; ``None`` where nothing bounds it.

    The parameters are those of :func:`values_by_cpts`; an indicator that is not additive withholds nothing.
    """
    if indicateur.methode not in ADDITIVES or not indicateur.officiel:
        return {}
    siennes, rangs, cpts = _members(atlas, indicateur, etablis_seuls)
    agregat = aggregate(indicateur, siennes, rangs, len(cpts))
    return {
        str(cpts_id): agregat.bounds(rang)
        for rang, cpts_id in enumerate(cpts)
        if agregat.secretes[rang]
    }


def _members(
    atlas: Atlas, indicateur: Indicateur, etablis_seuls: Collection[str]
) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.intp]], pd.Index]:
    """Return what an additive indicator adds up, one row a membership, the CPTS of each by its rank, and the CPTS."""
    membres = atlas.adhesions
    seuls = membres["cpts_id"].isin(list(etablis_seuls))
    membres = membres[~seuls | are_etablies(membres["confiance"])]
    rangs, cpts = pd.factorize(membres["cpts_id"], sort=True)
    colonnes = columns_of(indicateur, atlas.variables)
    siennes = atlas.variables[colonnes].loc[membres["code_commune"]]
    return siennes.assign(**{PART: membres["part"].to_numpy()}), rangs, cpts


def _sum_qualifier(indicateur: Indicateur, part_pct: float) -> str:
    """Say what a stock is worth that leaves out inhabitants: of a balance, neither more nor less than is known."""
    if indicateur.nature != STOCK or not part_pct < 100:  # noqa: PLR2004 - per cent
        return EXACT
    return INCERTAIN if indicateur.is_solde else AU_MOINS


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
    def parts(self) -> pd.Series[float]:
        """The share of each commune that the territory covers: below 1 for a CPTS that shares it."""
        parts = self.territoire.parts
        return pd.Series([parts.get(code, ENTIERE) for code in self.codes], self.codes, "float64")

    @cached_property
    def variables(self) -> pd.DataFrame:
        siennes = self.atlas.variables.loc[self.codes]
        return siennes.assign(**{PART: self.parts}) if self.territoire.parts else siennes

    def lignes(self, indicateur: Indicateur) -> pd.DataFrame:
        """Return the rows that an additive indicator adds up: of an official one, those of no commune too."""
        if not indicateur.officiel:
            return self.variables
        siennes = self.variables[columns_of(indicateur, self.variables)]
        lignes = [nom + LIGNE for nom in sorted(indicateur.variables)]
        lues = self.dehors.reindex(columns=lignes, fill_value=False).any(axis=1)
        dehors = self.dehors[lues].reindex(columns=siennes.columns)
        return pd.concat([siennes, dehors]) if len(dehors) else siennes

    @cached_property
    def dehors(self) -> pd.DataFrame:
        """The rows of official files that are of the territory, and of no commune of the atlas."""
        ailleurs, siens = self.atlas.ailleurs, self.departements
        return ailleurs[ailleurs[CODE_DEPARTEMENT].isin(siens)]

    @cached_property
    def departements(self) -> frozenset[str]:
        """The departments that make the territory up, where departments do."""
        genre, code = self.territoire.genre, self.territoire.code
        if genre == FRANCE:
            return frozenset(self.atlas.ailleurs[CODE_DEPARTEMENT].unique()) - {""}
        if genre == REGION:
            return departements_of(code)
        return frozenset({code} if genre == DEPARTEMENT else ())

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
        return weakest_confiance(adhesions.loc[siennes, "confiance"])

    @cached_property
    def faits(self) -> pd.DataFrame:
        return self.atlas.faits_de(self.territoire.code)

    def etats(self, *, indicatifs: bool) -> pd.DataFrame:
        """Return the share of each commune in each state; for a CPTS, of what it covers."""
        cpts_id = self.territoire.code if self.territoire.genre == CPTS else None
        parts = find_parts(self.atlas, self.definition, indicatifs=indicatifs, cpts_id=cpts_id)
        return parts.loc[self.codes]

    @cached_property
    def parts_etablies(self) -> pd.DataFrame:
        return self.etats(indicatifs=False)

    @cached_property
    def parts_toutes(self) -> pd.DataFrame:
        return self.etats(indicatifs=True)

    def count(self, parts: pd.DataFrame) -> dict[str, int]:
        """Count the inhabitants in each state: those of a CPTS rounded once, others commune by commune."""
        population = self.communes["population"]
        if self.territoire.genre == CPTS:
            habitants = round_etats(parts.mul(population, axis=0).sum().to_frame().T)
        else:
            habitants = count_by_etat(population, parts)
        return {str(etat): int(somme) for etat, somme in habitants.sum().items()}


def _evaluate(portee: _Portee, indicateur: Indicateur) -> tuple[Mesure, ...]:
    territoire = portee.territoire
    if not indicateur.de_communes:
        if territoire.genre != CPTS:
            return ()
        return tuple(_OF_CPTS[indicateur.methode](portee, indicateur))
    vide = Mesure(indicateur.identifiant, territoire.adresse)
    if territoire.genre == FRANCE and not indicateur.officiel:
        return (replace(vide, raison=SANS_DONNEE),)
    if not portee.codes:
        raison = PERIMETRE_MASQUE if territoire.codes_communes else PERIMETRE_INCONNU
        return (replace(vide, raison=raison),)
    mesure = _OF_COMMUNES[indicateur.methode](portee, indicateur, vide)
    if mesure.valeur == 0 and _is_open(indicateur, mesure.qualificatif):
        mesure = replace(mesure, valeur=None, raison=RIEN_DE_CONNU, qualificatif=EXACT)
    return (replace(mesure, confiance=portee.confiance),)


def _is_open(indicateur: Indicateur, qualificatif: str) -> bool:
    """Tell whether a number that is said of a part only may be none of the whole's: a balance may be nought."""
    return qualificatif in {AU_MOINS, INCERTAIN} and not indicateur.is_solde


def _add_up(portee: _Portee, indicateur: Indicateur, vide: Mesure) -> Mesure:
    lignes = portee.lignes(indicateur)
    rangs = np.zeros(len(lignes), dtype=np.intp)
    agregat = aggregate(indicateur, lignes, rangs, 1)
    valeur, part = (
        float(agregat.valeurs[0]),
        float(share_known(indicateur, lignes, rangs, 1)[0]),
    )
    # Of the inhabitants of France, the atlas knows its own.
    sans_part = np.isnan(part) or portee.territoire.genre == FRANCE
    mesure = replace(vide, part_pct=None if sans_part else part)
    if indicateur.officiel:
        if not _covers(portee, indicateur, lignes):
            return replace(vide, raison=SANS_DONNEE)
        mesure = replace(
            mesure,
            bornes=agregat.bounds(0),
            intervalle=agregat.interval(0),
            communes=int(agregat.communes[0]),
            secretes=int(agregat.secretes[0]),
            manquantes=int(agregat.manquantes[0]),
        )
    if mesure.secretes:
        return replace(mesure, raison=RETENUE)
    if np.isnan(valeur):
        return replace(mesure, raison=PERSONNE if part else SANS_DONNEE)
    return replace(mesure, valeur=valeur, qualificatif=_sum_qualifier(indicateur, part))


def _covers(portee: _Portee, indicateur: Indicateur, lignes: pd.DataFrame) -> bool:
    """Tell whether an official file has every department of a region, or of metropolitan France."""
    genre = portee.territoire.genre
    if genre not in (REGION, FRANCE):
        return True
    attendus = portee.departements if genre == REGION else metropolitan()
    sues = ~np.logical_or.reduce(
        [read_cells(lignes, nom).manquants for nom in sorted(indicateur.variables)]
    )
    connus = portee.atlas.communes["code_departement"].reindex(lignes.index)
    siens = connus.fillna(portee.atlas.ailleurs[CODE_DEPARTEMENT].reindex(lignes.index))
    return attendus <= set(siens[sues].unique())


def _alone(portee: _Portee, indicateur: Indicateur, vide: Mesure) -> Mesure:
    """Give the value of one commune: nothing says how several add up."""
    if len(portee.codes) > 1 or portee.territoire.genre == FRANCE:
        return replace(vide, raison=NON_AGREGEABLE)
    return _read_one(read_cells(portee.variables, indicateur.calcul["variable"]), vide)


def _take(portee: _Portee, indicateur: Indicateur, vide: Mesure) -> Mesure:
    """Give what a file publishes of a department, a region or France."""
    niveaux = {DEPARTEMENT: "departement:", REGION: "region:", FRANCE: ""}
    territoire = portee.territoire
    if territoire.genre not in niveaux:
        return replace(vide, raison=AUTRE_NIVEAU)
    cle = f"{niveaux[territoire.genre]}{territoire.code}"
    lignes = portee.atlas.ailleurs.reindex([cle])
    return _read_one(read_cells(lignes, indicateur.calcul["variable"]), vide)


def _read_one(cellules: Valeurs, vide: Mesure) -> Mesure:
    bas, haut = float(cellules.bas[0]), float(cellules.haut[0])
    if cellules.secrets[0]:
        bornes = (bas, haut) if np.isfinite(haut - bas) else None
        return replace(vide, raison=RETENUE, bornes=bornes, secretes=1)
    return replace(vide, raison=SANS_DONNEE) if np.isnan(bas) else replace(vide, valeur=bas)


def _greatest(portee: _Portee, indicateur: Indicateur, vide: Mesure) -> Mesure:
    nom = indicateur.calcul["variable"]
    valeurs = portee.variables[nom] * portee.parts
    if nom == POPULATION:
        valeurs = pd.Series(count_inhabitants(valeurs), valeurs.index)
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
    if perimetres == _TOUS and not portee.indicatifs and (portee.parts_etablies[MASQUEE] > 0).any():
        return replace(vide, raison=PERIMETRE_MASQUE)
    avec = perimetres == _TOUS or (perimetres != _ETABLIS and portee.indicatifs)
    etats = portee.parts_toutes if avec else portee.parts_etablies
    habitants = portee.count(etats)
    if not indicateur.en_pct:
        return replace(vide, valeur=float(habitants[etat]))
    part = _share(habitants[etat], sum(habitants.values()))
    inconnu = INCERTAIN if avec else AU_MOINS
    return replace(
        vide,
        valeur=part,
        raison=PERSONNE if part is None else None,
        qualificatif=inconnu if (etats[[MASQUEE, INDETERMINEE]] > 0).to_numpy().any() else EXACT,
    )


def _uncovered(portee: _Portee, vide: Mesure) -> Mesure:
    """Count the inhabitants of gaps, from the states by established memberships.

    Only in a complete department can a commune be called a gap, and hypotheses change nothing to
    it: they make a commune covered or leave it undetermined, never uncovered.
    """
    complets = portee.communes["code_departement"].isin(departements_complets(portee.atlas))
    etablis = portee.parts_etablies
    habitants = portee.count(etablis)[NON_COUVERTE]
    if (complets | (etablis[COUVERTE] >= portee.parts)).all():
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
        numerateur = cast("float | None", fait.numerateur)
        mesure = Mesure(
            nom,
            adresse,
            float(cast("float", fait.valeur)),
            base=base,
            qualificatif=str(fait.qualificatif),
            source_id=str(fait.source_id),
            numerateur=None if pd.isna(numerateur) else numerateur,
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
    PAR_COMMUNE: _alone,
    PAR_DEPARTEMENT: _take,
}
_OF_CPTS: dict[str, Callable[[_Portee, Indicateur], Iterable[Mesure]]] = {
    PUBLIE: _publish,
    DIFFERENCE: _gap,
    TAILLE: _size,
    ETAPE: _stage,
    IDENTITE: _name,
}
