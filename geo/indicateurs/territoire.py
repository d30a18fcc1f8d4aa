"""The territories that can be compared, of every kind, and how an address names them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from geo.lecture.cpts import follow, read_successeurs
from geo.texte import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from geo.atlas import Atlas

CPTS, EPCI, DEPARTEMENT, REGION, COMMUNES = "cpts", "epci", "dep", "reg", "communes"
# Of which only what official files say is known: without one it is no choice, and it has no outline.
FRANCE = "france"

MIN_TERRITOIRES, MAX_TERRITOIRES = 2, 4
# An address of 8,000 characters passes everywhere: so do four lists of six characters a code, and
# one of them again as the reference.
MAX_COMMUNES = 250

_UNKNOWN = "unknown territory: {}"
# In which order the kinds are listed.
_ORDRE = (CPTS, DEPARTEMENT, EPCI, REGION, FRANCE)
_Ligne: TypeAlias = tuple[str, str, str, tuple[str, ...]]
_COLONNES_CHOIX = ["genre", "code", "nom", "departements"]


@dataclass(frozen=True, eq=False)
class Territoire:
    """A territory to compare: a set of communes, each once, under a name.

    Attributes
    ----------
    genre
        :data:`CPTS`, :data:`EPCI`, :data:`DEPARTEMENT`, :data:`REGION`, :data:`FRANCE` or :data:`COMMUNES`.
    code
        As the address has it after the kind; of a list of communes, what was asked.
    nom
        Its name; a list of communes is named after the most populous.
    codes_communes
        Sorted; empty for a CPTS without a known perimeter. A region counts by its communes of the
        study area, every other kind by its communes of the atlas.
    codes_etablis
        Those of a CPTS whose membership is documented or deduced; all of them for other kinds.
    hors_etude
        Those outside the study area.
    absorbees
        Codes asked for that were absorbed, each with the commune that now holds it.
    confiance
        Of the perimeter of a CPTS; ``None`` for an undrawn one and for every other kind.
    fiche
        The row of the CPTS in ``atlas.fiches``; ``None`` for every other kind.
    parts
        Of the communes that a CPTS shares with others, the share that it covers: see
        :attr:`geo.perimetre.Perimetre.parts`. Every other kind has its communes whole.
    """

    genre: str
    code: str
    nom: str
    codes_communes: tuple[str, ...]
    codes_etablis: tuple[str, ...]
    hors_etude: tuple[str, ...]
    absorbees: tuple[tuple[str, str], ...] = ()
    confiance: str | None = None
    fiche: pd.Series[Any] | None = None
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def adresse(self) -> str:
        """The territory as the address names it."""
        return f"{self.genre}:{self.code}"

    def communes(self, *, indicatifs: bool) -> tuple[str, ...]:
        """Return its communes, with or without those of hypothetical memberships."""
        return self.codes_communes if indicatifs else self.codes_etablis


@dataclass(frozen=True, eq=False)
class TerritoiresConnus:
    """The territories that exist in an atlas, as a collection of what an address may say.

    Making one costs nothing: a name is looked up only when it is asked for.
    """

    atlas: Atlas

    def __contains__(self, texte: object) -> bool:
        """Tell whether a text such as ``epci:247000722`` names a territory of the atlas."""
        try:
            parse_territoire(self.atlas, str(texte))
        except ValueError:
            return False
        return True


def parse_territoire(atlas: Atlas, texte: str) -> Territoire:
    """Read one territory of an address.

    Parameters
    ----------
    atlas
        The atlas.
    texte
        ``cpts:<cpts_id>``, ``epci:<siren>``, ``dep:<code>``, ``reg:<code>``, ``france:france`` or
        ``communes:<code>.<code>…``; absorbed codes of a list are followed to their successor.

    Raises
    ------
    ValueError
        If the kind is unknown, or the atlas has no such territory; for a list, if it has more than
        :data:`MAX_COMMUNES` codes or one of them is no commune and never was.
    """
    genre, _, code = texte.partition(":")
    if genre == CPTS:
        return _cpts(atlas, code)
    if genre == COMMUNES:
        return _list(atlas, code)
    if genre == code == FRANCE and atlas.registre.officiels():
        return make_france(atlas)
    if genre == EPCI:
        siennes = atlas.communes["siren_epci"] == code
        if siennes.any():
            nom = str(atlas.communes["nom_epci"].loc[siennes].iloc[0])
            return _make(atlas, genre, code, nom, atlas.communes.index[siennes])
    elif genre == DEPARTEMENT and code in atlas.departements.index:
        siennes = atlas.communes["code_departement"] == code
        nom = str(atlas.departements["nom"][code])
        return _make(atlas, genre, code, nom, atlas.communes.index[siennes])
    elif genre == REGION:
        departements = atlas.departements[atlas.departements["code_region"] == code]
        # Outside the study area few of a region's communes are known.
        siennes = atlas.communes["etude"] & atlas.communes["code_departement"].isin(
            departements.index
        )
        if siennes.any():
            nom = str(departements["nom_region"].iloc[0])
            return _make(atlas, genre, code, nom, atlas.communes.index[siennes])
    raise ValueError(_UNKNOWN.format(texte))


def make_france(atlas: Atlas) -> Territoire:
    """Return France as official files know it: their rows of no commune of the atlas are part of it."""
    return _make(atlas, FRANCE, FRANCE, "France", atlas.communes.index)


def make_list(atlas: Atlas, codes: Iterable[str], nom: str) -> Territoire:
    """Return some communes of the atlas as one territory, however many they are."""
    return _make(atlas, COMMUNES, ".".join(codes), nom, codes)


def list_choices(atlas: Atlas) -> pd.DataFrame:
    """List every territory that bears a name: CPTS, departments, EPCI, regions, then France where it is known.

    Returns
    -------
    DataFrame
        Indexed by what :func:`parse_territoire` reads: ``genre``, ``code``, ``nom``,
        ``departements`` (sorted tuple). Within a kind, in the order of the names.
    """
    communes = pd.DataFrame(atlas.communes[["siren_epci", "nom_epci", "code_departement", "etude"]])
    epci = communes.groupby("siren_epci").agg(
        nom=("nom_epci", "first"),
        departements=("code_departement", lambda codes: tuple(sorted(set(codes)))),
    )
    etude = communes.loc[communes["etude"], "code_departement"].unique()
    regions = (
        atlas.departements.loc[sorted(etude)]
        .reset_index()
        .groupby("code_region")
        .agg(nom=("nom_region", "first"), departements=("code_departement", tuple))
    )
    departements, fiches = atlas.departements["nom"], atlas.fiches
    lignes: list[_Ligne] = [
        *_lines(CPTS, fiches["nom"], fiches["departements"].map(sorted).map(tuple)),
        *_lines(DEPARTEMENT, departements, [(code,) for code in departements.index]),
        *_lines(EPCI, epci["nom"], epci["departements"]),
        *_lines(REGION, regions["nom"], regions["departements"]),
        *([(FRANCE, FRANCE, "France", ())] if atlas.registre.officiels() else []),
    ]
    lignes.sort(key=lambda ligne: (_ORDRE.index(ligne[0]), sort_key(ligne[2]), ligne[1]))
    table = pd.DataFrame(lignes, columns=_COLONNES_CHOIX)
    return table.set_index(table["genre"] + ":" + table["code"])


def _lines(
    genre: str, noms: pd.Series[str], departements: Iterable[tuple[str, ...]]
) -> Iterable[_Ligne]:
    for code, nom, siens in zip(noms.index, noms, departements, strict=True):
        yield genre, str(code), nom, siens


def _cpts(atlas: Atlas, cpts_id: str) -> Territoire:
    if cpts_id not in atlas.fiches.index:
        raise ValueError(_UNKNOWN.format(f"{CPTS}:{cpts_id}"))
    fiche: Any = atlas.fiches.loc[cpts_id]
    perimetre = atlas.perimetre(cpts_id)
    return _make(
        atlas,
        CPTS,
        cpts_id,
        fiche["nom"],
        perimetre.codes_communes,
        codes_etablis=perimetre.codes_etablis,
        confiance=perimetre.confiance,
        fiche=fiche,
        parts=perimetre.parts,
    )


def _list(atlas: Atlas, code: str) -> Territoire:
    demandes = list(dict.fromkeys(filter(None, code.split("."))))
    if not 0 < len(demandes) <= MAX_COMMUNES:
        raise ValueError(_UNKNOWN.format(f"{COMMUNES}:{code}"))
    absorbees = follow_absorbed(atlas, demandes)
    actuels = {absorbees.get(demande, demande) for demande in demandes}
    if not actuels <= set(atlas.communes.index):
        raise ValueError(_UNKNOWN.format(f"{COMMUNES}:{code}"))
    population = atlas.communes["population"].loc[sorted(actuels)]
    premiere = str(atlas.communes["nom"][population.idxmax()])
    autres = len(actuels) - 1
    suite = f" et {autres} autre{'s' if autres > 1 else ''} commune{'s' if autres > 1 else ''}"
    return _make(
        atlas,
        COMMUNES,
        code,
        premiere + (suite if autres else ""),
        actuels,
        absorbees=tuple(absorbees.items()),
    )


def follow_absorbed(atlas: Atlas, codes: Collection[str]) -> dict[str, str]:
    """Return, for the absorbed codes among some, the commune of today that holds each."""
    communes, successeurs = atlas.communes.index, read_successeurs(atlas.absorbees)
    suivis = {
        code: follow(code, communes, successeurs)
        for code in codes
        if code in successeurs and code not in communes
    }
    return {ancien: actuel for ancien, actuel in suivis.items() if actuel is not None}


def _make(
    atlas: Atlas,
    genre: str,
    code: str,
    nom: str,
    codes_communes: Iterable[str],
    *,
    codes_etablis: tuple[str, ...] | None = None,
    absorbees: tuple[tuple[str, str], ...] = (),
    confiance: str | None = None,
    fiche: pd.Series[Any] | None = None,
    parts: Mapping[str, float] | None = None,
) -> Territoire:
    codes = tuple(sorted(codes_communes))
    etude = atlas.communes["etude"].loc[list(codes)].to_numpy()
    return Territoire(
        genre=genre,
        code=code,
        nom=str(nom),
        codes_communes=codes,
        codes_etablis=codes if codes_etablis is None else codes_etablis,
        hors_etude=tuple(c for c, dedans in zip(codes, etude, strict=True) if not dedans),
        absorbees=absorbees,
        confiance=confiance,
        fiche=fiche,
        parts=parts or {},
    )
