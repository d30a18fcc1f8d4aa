"""« Quelle CPTS pour ma commune ? »: find a commune, an EPCI, a CPTS or a department as one types."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.indicateurs.annonces import announced
from geo.lecture.cpts import read_successeurs, resolve_codes
from geo.regles.couverture import find_etats
from geo.texte import ABREVIATIONS, ARTICLES, sort_key, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo.atlas import Atlas

Genre = Literal["commune", "epci", "cpts", "departement"]

# What an old name or code of a commune was: a code without a name, another name of a commune that
# kept its code, or a commune that is now part of another.
ANCIEN_CODE = "ancien_code"
ANCIEN_NOM = "ancien_nom"
REUNIE = "reunie"

LIMITE = 12
# Longer than any name; what is beyond is not read, so that a pasted page costs nothing.
LONGUEUR_MAX = 200
# Shorter words are too often one letter away from another name.
LONGUEUR_MIN_FAUTE = 5
_FAUTES_MAX = 1

# What kind of thing a name speaks of, not which one: « luxeuil » is all of « CPTS de Luxeuil ».
_NATURES = frozenset({"cpts", "cc", "ca", "cu", "metropole"})
# How else the beginning of an EPCI's name is said.
_EPCI_EN_TOUTES_LETTRES = {
    "cc": "communauté de communes",
    "ca": "communauté d'agglomération",
    "cu": "communauté urbaine",
}
# Of a postal address: no name of commune has it.
_CEDEX = "cedex"
# Lengths of a commune code or postcode, and of a SIREN number.
_LONGUEURS_CODE = (5, 9)

# How well an entry answers: not at all, by words, by the beginning of its name, by its name without
# articles and kind, by its whole name.
_ABSENT, _MOTS, _DEBUT, _NOYAU, _NOM = range(5)

# Sorts after every continuation of a text.
_APRES_TOUT = "\U0010ffff"

_Places = np.ndarray[tuple[int], np.dtype[np.int64]]
_Rangs = np.ndarray[tuple[int], np.dtype[np.int8]]


class Lieu(NamedTuple):
    """A department; ``nom`` is empty where the atlas does not know it."""

    code: str
    nom: str


@dataclass(frozen=True, slots=True)
class Resultat:
    """One answer of the search.

    Attributes
    ----------
    genre
        ``commune``, ``epci``, ``cpts`` or ``departement``.
    code
        INSEE code, SIREN number, ``cpts_id`` or code of the department; for an absorbed commune,
        the old code. Not unique: a former chief town may have left its code to the new commune.
    nom
        Name as in the files, not escaped; for an absorbed commune, the old name.
    lieux
        The departments it is in; none for a department.
    code_commune
        Commune of today, for a commune; ``None`` for the rest.
    codes_postaux
        Postcodes, of a commune of today.
    ancien, nom_actuel
        For an absorbed commune, :data:`ANCIEN_CODE`, :data:`ANCIEN_NOM` or :data:`REUNIE`, and the
        name of the commune of today; empty for the rest.
    statut_libelle, statut_mot_source
        Stage, of a CPTS, and the word of its source, empty where it has none.
    region
        Region, of a department.
    """

    genre: Genre
    code: str
    nom: str
    lieux: tuple[Lieu, ...] = ()
    code_commune: str | None = None
    codes_postaux: tuple[str, ...] = ()
    ancien: str = ""
    nom_actuel: str = ""
    statut_libelle: str = ""
    statut_mot_source: str = ""
    region: str = ""


class _Entree(NamedTuple):
    """A thing to find: its answer, what sets its place among equals, and what it answers to."""

    resultat: Resultat
    etude: bool
    population: int
    nom: str
    synonymes: str = ""
    code: str = ""
    codes_postaux: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Index:
    """What a search needs, normalised once; see :func:`build_index`.

    Attributes
    ----------
    resultats
        Every answer, in the order in which equals are shown: its place is its number below.
    mots, bornes, places
        Sorted distinct words; the entries that hold ``mots[i]`` are
        ``places[bornes[i]:bornes[i + 1]]``, so those of all words with one prefix are one slice.
    mots_longs
        The words of letters alone that a misspelt word may stand for, by length: an error changes
        it by one letter at most.
    noms, places_noms, noyaux, places_noyaux
        Sorted normalised names, whole and without articles and kind, and the entry of each.
    premiers
        By code, the entries that come before all others: the most populous commune of a postcode,
        then what bears exactly this code.
    """

    resultats: tuple[Resultat, ...]
    mots: tuple[str, ...]
    bornes: _Places
    places: _Places
    mots_longs: dict[int, tuple[str, ...]]
    noms: tuple[str, ...]
    places_noms: _Places
    noyaux: tuple[str, ...]
    places_noyaux: _Places
    premiers: dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Appartenance:
    """A CPTS to which a commune belongs: ``confiance`` and ``part`` (1 is the whole) are those of this membership."""

    cpts_id: str
    nom: str
    statut_libelle: str
    confiance: str
    part: float
    statut_mot_source: str = ""


@dataclass(frozen=True, slots=True)
class DescriptionCommune:
    """What the atlas knows of a commune.

    Attributes
    ----------
    code_commune, nom, code_departement
        The commune.
    siren_epci, nom_epci
        Its EPCI; ``None`` for the few communes in none.
    population
        Inhabitants, reference population.
    codes_postaux
        Its postcodes.
    cpts
        Every CPTS that holds it, at whatever stage, by name.
    etat
        One of :data:`geo.regles.couverture.ETATS`, indicative perimeters counted.
    definition
        That of « couvert » that the state follows, one of :data:`geo.regles.couverture.DEFINITIONS`.
    """

    code_commune: str
    nom: str
    code_departement: str
    siren_epci: str | None
    nom_epci: str | None
    population: int
    codes_postaux: tuple[str, ...]
    cpts: tuple[Appartenance, ...]
    etat: str
    definition: str


def build_index(atlas: Atlas) -> Index:
    """Prepare the search of an atlas; to be kept as long as the atlas.

    Parameters
    ----------
    atlas
        The atlas: its communes, those they absorbed, their EPCI and departments, and its CPTS.

    Returns
    -------
    Index
        For :func:`search`.
    """
    entrees = sorted(
        chain(
            _communes(atlas), _absorbees(atlas), _epci(atlas), _cpts(atlas), _departements(atlas)
        ),
        key=lambda e: (
            not e.etude,
            -e.population,
            sort_key(e.nom),
            e.resultat.genre,
            e.resultat.code,
        ),
    )
    noms = [_expand(split_words(entree.nom)) for entree in entrees]
    par_mot = defaultdict(list)
    for place, (entree, nom) in enumerate(zip(entrees, noms, strict=True)):
        codes = " ".join((entree.code, *entree.codes_postaux))
        for mot in {*nom, *split_words(entree.synonymes), *split_words(codes)}:
            par_mot[mot].append(place)
    mots = sorted(par_mot)
    mots_longs = defaultdict(list)
    for mot in mots:
        if len(mot) >= LONGUEUR_MIN_FAUTE - _FAUTES_MAX and mot.isalpha():
            mots_longs[len(mot)].append(mot)
    bornes = np.cumsum([0, *(len(par_mot[mot]) for mot in mots)], dtype="int64")
    noms_tries, places_noms = _sort_names(noms)
    noyaux_tries, places_noyaux = _sort_names(_core(nom) for nom in noms)
    return Index(
        resultats=tuple(entree.resultat for entree in entrees),
        mots=tuple(mots),
        bornes=bornes,
        places=np.fromiter(chain.from_iterable(par_mot[mot] for mot in mots), dtype="int64"),
        mots_longs={longueur: tuple(siens) for longueur, siens in mots_longs.items()},
        noms=noms_tries,
        places_noms=places_noms,
        noyaux=noyaux_tries,
        places_noyaux=places_noyaux,
        premiers=_first_by_code(entrees),
    )


def search(index: Index, texte: str, limite: int = LIMITE) -> tuple[Resultat, ...]:
    """Find what a text names, for each keystroke.

    Each word of the text must begin a word of the name, in any order; articles count only in the
    ranking, and « cedex » with what follows not at all. A text that finds nothing so is read as a code
    written in groups, then as a name with that of its department behind, then with one typing error in
    one word of five letters or more.

    Parameters
    ----------
    index
        As returned by :func:`build_index`.
    texte
        What was typed: anything.
    limite
        How many answers at most.

    Returns
    -------
    tuple
        The answers. First what bears the text as its code, and the most populous commune of a
        postcode; then names equal to the text, names that begin with it, names with words that do.
        Among equals, the study area first, then the more populous.
    """
    mots = _without_cedex(split_words(texte[:LONGUEUR_MAX]))
    if not mots:
        return ()
    rangs = _rank(index, mots)
    if not rangs.any() and len(mots) > 1 and len("".join(mots)) in _LONGUEURS_CODE:
        mots = ["".join(mots)]
        rangs = _rank(index, mots)
    if not rangs.any():
        rangs = _rank_placed(index, mots)
    if not rangs.any():
        rangs = _rank_misspelt(index, mots)
    places = dict.fromkeys(index.premiers.get(mots[0], ()) if len(mots) == 1 else ())
    for rang in (_NOM, _NOYAU, _DEBUT, _MOTS):
        if len(places) >= limite:
            break
        places |= dict.fromkeys(np.flatnonzero(rangs == rang)[:limite].tolist())
    return tuple(index.resultats[place] for place in list(places)[: max(limite, 0)])


def describe_commune(
    atlas: Atlas, code_commune: str, definition: str, *, indicatifs: bool = True
) -> DescriptionCommune:
    """Say which CPTS hold a commune, and whether that makes it covered.

    Parameters
    ----------
    atlas
        The atlas.
    code_commune
        A commune of today.
    definition
        One of :data:`geo.regles.couverture.DEFINITIONS`.
    indicatifs
        Whether hypothetical memberships count as covered: see :func:`geo.regles.couverture.find_etats`.

    Raises
    ------
    KeyError
        If the code is no commune of the atlas, or the definition is unknown.
    """
    commune = atlas.communes.loc[code_commune]
    siennes = atlas.adhesions[atlas.adhesions["code_commune"] == code_commune]
    fiches = atlas.fiches.loc[siennes["cpts_id"]]
    cpts = sorted(
        (
            Appartenance(*sienne)
            for sienne in zip(
                siennes["cpts_id"],
                fiches["nom"],
                fiches["statut_libelle"],
                siennes["confiance"],
                siennes["part"].tolist(),
                fiches["statut_mot_source"].fillna(""),
                strict=True,
            )
        ),
        key=lambda appartenance: sort_key(appartenance.nom),
    )
    etat = str(find_etats(atlas, definition, indicatifs=indicatifs)[code_commune])
    dans_un_epci = isinstance(commune["siren_epci"], str)
    return DescriptionCommune(
        code_commune=code_commune,
        nom=commune["nom"],
        code_departement=commune["code_departement"],
        siren_epci=commune["siren_epci"] if dans_un_epci else None,
        nom_epci=commune["nom_epci"] if dans_un_epci else None,
        population=int(commune["population"]),
        codes_postaux=commune["codes_postaux"],
        cpts=tuple(cpts),
        etat=etat,
        definition=definition,
    )


def _communes(atlas: Atlas) -> Iterator[_Entree]:
    communes = atlas.communes
    lieux = _lieux_by_code(atlas)
    for code, nom, departement, population, postaux, etude in zip(
        communes.index,
        communes["nom"],
        communes["code_departement"],
        communes["population"],
        communes["codes_postaux"],
        communes["etude"],
        strict=True,
    ):
        yield _Entree(
            Resultat("commune", code, nom, lieux[departement], code, codes_postaux=postaux),
            etude,
            population,
            nom,
            code=code,
            codes_postaux=postaux,
        )


def _absorbees(atlas: Atlas) -> Iterator[_Entree]:
    """Yield the old names and old codes whose commune of today is in the atlas."""
    communes, lieux = atlas.communes, _lieux_by_code(atlas)
    actuels = resolve_codes(
        atlas.absorbees["code_commune_successeur"],
        communes,
        read_successeurs(atlas.absorbees),
        "communes_absorbees.csv",
    )[0]
    lignes = atlas.absorbees.assign(actuel=actuels)[actuels.isin(communes.index)]
    siennes = communes.loc[lignes["actuel"], ["nom", "code_departement", "etude"]]
    for ancien, ancien_nom, code, nom, departement, etude in zip(
        lignes["code_commune"],
        lignes["nom"],
        lignes["actuel"],
        siennes["nom"],
        siennes["code_departement"],
        siennes["etude"],
        strict=True,
    ):
        nomme = isinstance(ancien_nom, str)
        if not nomme:
            quoi = ANCIEN_CODE
        elif ancien == code:
            quoi = ANCIEN_NOM
        else:
            quoi = REUNIE
        yield _Entree(
            Resultat(
                "commune",
                ancien,
                ancien_nom if nomme else nom,
                lieux[departement],
                code,
                ancien=quoi,
                nom_actuel=nom,
            ),
            etude,
            0,
            ancien_nom if nomme else "",
            # A code that is still in use finds the commune of today alone.
            code="" if ancien in communes.index else ancien,
        )


def _epci(atlas: Atlas) -> Iterator[_Entree]:
    lieux = _lieux_by_code(atlas)
    for siren, siennes in atlas.communes.groupby("siren_epci"):
        nom = siennes["nom_epci"].iloc[0]
        departements = sorted(set(siennes["code_departement"]))
        yield _Entree(
            Resultat("epci", str(siren), nom, _join_lieux(lieux, departements)),
            bool(siennes["etude"].any()),
            int(siennes["population"].sum()),
            nom,
            synonymes=_EPCI_EN_TOUTES_LETTRES.get(split_words(nom)[0], ""),
            code=str(siren),
        )


def _cpts(atlas: Atlas) -> Iterator[_Entree]:
    lieux = _lieux_by_code(atlas)
    population = atlas.territoires["population"].combine_first(
        announced(atlas, "population_annoncee")["valeur"]
    )
    fiches = atlas.fiches
    for cpts_id, nom, departements, libelle, mot in zip(
        fiches.index,
        fiches["nom"],
        fiches["departements"],
        fiches["statut_libelle"],
        fiches["statut_mot_source"].fillna(""),
        strict=True,
    ):
        ou = _join_lieux(lieux, departements)
        yield _Entree(
            Resultat("cpts", cpts_id, nom, ou, statut_libelle=libelle, statut_mot_source=mot),
            etude=True,
            population=int(population.get(cpts_id, 0)),
            nom=nom,
        )


def _departements(atlas: Atlas) -> Iterator[_Entree]:
    communes = atlas.communes.groupby("code_departement")
    population, etude = communes["population"].sum(), communes["etude"].any()
    for code, nom, region in zip(
        atlas.departements.index,
        atlas.departements["nom"],
        atlas.departements["nom_region"],
        strict=True,
    ):
        yield _Entree(
            Resultat("departement", code, nom, region=region),
            bool(etude[code]),
            int(population[code]),
            nom,
            code=code,
        )


def _lieux_by_code(atlas: Atlas) -> dict[str, tuple[Lieu]]:
    """Return the departments as what lies in one of them alone has it."""
    return {str(code): (Lieu(str(code), nom),) for code, nom in atlas.departements["nom"].items()}


def _join_lieux(lieux: Mapping[str, tuple[Lieu]], codes: Iterable[str]) -> tuple[Lieu, ...]:
    return tuple(chain.from_iterable(lieux.get(code, (Lieu(code, ""),)) for code in codes))


def _first_by_code(entrees: Sequence[_Entree]) -> dict[str, tuple[int, ...]]:
    """Return by code its postcode's first commune, which is the most populous, then its bearers."""
    postaux: dict[str, int] = {}
    porteurs = defaultdict(list)
    for place, entree in enumerate(entrees):
        for code in entree.codes_postaux:
            postaux.setdefault(code, place)
        if entree.code:
            porteurs[entree.code.casefold()].append(place)
    premiers = {code: (place,) for code, place in postaux.items()}
    return {
        code: (*premiers.get(code, ()), *porteurs.get(code, ()))
        for code in premiers.keys() | porteurs.keys()
    }


def _sort_names(noms: Iterable[Sequence[str]]) -> tuple[tuple[str, ...], _Places]:
    tries = sorted((" ".join(nom), place) for place, nom in enumerate(noms))
    return tuple(nom for nom, _ in tries), np.array([place for _, place in tries], dtype="int64")


def _expand(mots: Iterable[str]) -> list[str]:
    return [ABREVIATIONS.get(mot, mot) for mot in mots]


def _without_articles(mots: Sequence[str]) -> Sequence[str]:
    return [mot for mot in mots if mot not in ARTICLES] or mots


def _core(mots: Sequence[str]) -> Sequence[str]:
    sans_nature = mots[1:] if len(mots) > 1 and mots[0] in _NATURES else mots
    return _without_articles(sans_nature)


def _rank(index: Index, mots: Sequence[str]) -> _Rangs:
    """Say how well each entry answers."""
    rangs = np.where(
        _holding(index, [_ranges(index, mot) for mot in _without_articles(mots)]), _MOTS, _ABSENT
    ).astype("int8")
    # « st » may be Saint, or the beginning of Strasbourg.
    for lus in (mots, _expand(mots)):
        nom, noyau = " ".join(lus), " ".join(_core(lus))
        for rang, texte, noms, places, fin in (
            (_DEBUT, noyau, index.noyaux, index.places_noyaux, _APRES_TOUT),
            (_DEBUT, nom, index.noms, index.places_noms, _APRES_TOUT),
            (_NOYAU, noyau, index.noyaux, index.places_noyaux, ""),
            (_NOM, nom, index.noms, index.places_noms, ""),
        ):
            memes = places[bisect_left(noms, texte) : bisect_right(noms, texte + fin)]
            # An entry that lacks a word stays out, even if its name is the same without its kind.
            rangs[memes] = np.where(
                rangs[memes] == _ABSENT, _ABSENT, np.maximum(rangs[memes], rang)
            )
    return rangs


def _without_cedex(mots: list[str]) -> list[str]:
    return mots[: mots.index(_CEDEX)] if _CEDEX in mots[1:] else mots


def _rank_placed(index: Index, mots: Sequence[str]) -> _Rangs:
    """Say how well each entry answers to a name, the department it is in written behind."""
    rangs = np.full(len(index.resultats), _ABSENT, dtype="int8")
    for departement in index.resultats:
        if departement.genre != "departement":
            continue
        siens = split_words(departement.nom)
        if len(mots) == len(siens) or list(mots[-len(siens) :]) != siens:
            continue
        trouves = _rank(index, mots[: -len(siens)])
        dedans = [
            place
            for place in np.flatnonzero(trouves)
            if any(lieu.code == departement.code for lieu in index.resultats[place].lieux)
        ]
        rangs[dedans] = np.maximum(rangs[dedans], trouves[dedans])
    return rangs


def _rank_misspelt(index: Index, mots: Sequence[str]) -> _Rangs:
    """Say how well each entry answers once one word is corrected."""
    rangs = np.full(len(index.resultats), _ABSENT, dtype="int8")
    for place, mot in enumerate(mots):
        for proche in _nearby_words(index, mot):
            np.maximum(rangs, _rank(index, [*mots[:place], proche, *mots[place + 1 :]]), out=rangs)
    return rangs


def _ranges(index: Index, mot: str) -> list[tuple[int, int]]:
    """Return the slices of ``index.mots`` that begin with a word, or with what it abbreviates."""
    return [
        (bisect_left(index.mots, debut), bisect_left(index.mots, debut + _APRES_TOUT))
        for debut in {mot, ABREVIATIONS.get(mot, mot)}
    ]


def _nearby_words(index: Index, mot: str) -> list[str]:
    """Return the words that one typing error separates from a word."""
    if len(mot) < LONGUEUR_MIN_FAUTE or not mot.isalpha():
        return []
    return [
        proche
        for longueur in range(len(mot) - _FAUTES_MAX, len(mot) + _FAUTES_MAX + 1)
        for proche, _, _ in process.extract(
            mot,
            index.mots_longs.get(longueur, ()),
            scorer=OSA.distance,
            score_cutoff=_FAUTES_MAX,
            limit=None,
        )
    ]


def _holding(
    index: Index, plages: Iterable[Iterable[tuple[int, int]]]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which entries hold, for each word, one of the words of ``index.mots`` in its slices."""
    tiennent = np.ones(len(index.resultats), dtype=bool)
    for siennes in plages:
        tient = np.zeros_like(tiennent)
        for debut, fin in siennes:
            tient[index.places[index.bornes[debut] : index.bornes[fin]]] = True
        tiennent &= tient
    return tiennent
