"""Where a figure comes from, in the cells of what leaves: who produces it, of when it is, whose share it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from geo.atlas import Atlas
from geo.indicateurs.mesures import AUTRE_BASE, NON_PUBLIE, SANS_OBJET, Mesure
from geo.indicateurs.registre import DIFFERENCE, PART_DU_MAXIMUM, SOMME, TAUX, Indicateur
from geo.lecture.variables import POPULATION
from rendu.mots.faits import source_plain
from rendu.mots.francais import BASES, count_noun, date_partielle, join_words

SANS_LICENCE = "licence non dite par le fichier"
# Of a count: it is nobody's share.
SANS_BASE = "sans objet"
# More dates than that are told by the first and the last, and more titles are counted.
_DATES_MAX, _TITRES_MAX = 4, 12


@dataclass(frozen=True, slots=True)
class Origine:
    """Where a figure comes from; every text is plain, and empty where there is no figure.

    Attributes
    ----------
    producteur
        Who produces it.
    date
        The vintage of a computed figure, the date of the source of a published one; both of their difference.
    base
        Whose share or mean it is; of anything else, :data:`SANS_BASE`.
    source
        The titles of its sources, with their producer and date.
    sources
        Their ``source_id``.
    """

    producteur: str = ""
    date: str = ""
    base: str = ""
    source: str = ""
    sources: tuple[str, ...] = ()


def tell_origin(atlas: Atlas, indicateur: Indicateur, mesure: Mesure | None = None) -> Origine:
    """Say where a figure comes from; where there is none to be had, whose share it would be.

    Parameters
    ----------
    atlas, indicateur
        The atlas, and what is measured.
    mesure
        The figure: what is published needs it, for its source and base are its own.
    """
    if mesure is not None and mesure.raison in {SANS_OBJET, NON_PUBLIE, AUTRE_BASE}:
        return Origine(base=BASES[mesure.base] if mesure.base else "")
    de = atlas.registre.basis(indicateur)
    publiees = [mesure.source_id] if mesure is not None and mesure.source_id else []
    dates = [_date(atlas, i) for i in publiees]
    if de.sources:
        dates += [de.millesime] if de.millesime else [_date(atlas, i) for i in de.sources]
    ids = tuple(i for i in dict.fromkeys([*publiees, *de.sources]) if i in atlas.sources.index)
    return Origine(
        list_producers(atlas, ids),
        join_words(dict.fromkeys(dates)),
        _base(atlas, indicateur, mesure),
        _cite(atlas, ids, indicateur),
        ids,
    )


def cite_origin(atlas: Atlas, source_ids: Iterable[str], base: str = SANS_BASE) -> Origine:
    """Say where a figure comes from that some sources publish, or a sum of such; nothing without any."""
    ids = tuple(i for i in dict.fromkeys(source_ids) if i in atlas.sources.index)
    if not ids:
        return Origine()
    ecrites = atlas.sources.loc[list(ids), "date"]
    dates = [date_partielle(date) for date in sorted(ecrites.dropna().unique())]
    if len(dates) > _DATES_MAX:
        dates = [f"de {dates[0]} à {dates[-1]}"]
    if ecrites.isna().any():
        dates.append(date_partielle(None))
    return Origine(list_producers(atlas, ids), join_words(dates), base, _cite(atlas, ids), ids)


def list_producers(atlas: Atlas, source_ids: Iterable[str]) -> str:
    """Name who produces some sources, each once."""
    textes = [str(atlas.sources["producteur"][i]) for i in source_ids]
    return ", ".join(dict.fromkeys(nom for texte in textes for nom in texte.split(", ")))


def origin_cells(origines: Mapping[str, Origine]) -> dict[str, str]:
    """Write four columns that say where the figures of a row come from: said once where all say the same.

    Parameters
    ----------
    origines
        By the title of the column of the figure; what has none is left out.

    Examples
    --------
    >>> insee, ign = Origine("INSEE", "2023", "sans objet"), Origine("IGN", "2023", "sans objet")
    >>> cellules = origin_cells({"Population": insee, "Communes": insee, "Surface": ign})
    >>> cellules["Producteur des chiffres"], cellules["Date des chiffres"]
    ('INSEE (Population, Communes) ; IGN (Surface)', '2023')
    """
    dites = {titre: origine for titre, origine in origines.items() if origine != Origine()}
    return {
        titre: _group({nom: getattr(origine, champ) for nom, origine in dites.items()})
        for champ, titre in (
            ("producteur", "Producteur des chiffres"),
            ("date", "Date des chiffres"),
            ("base", "Base des chiffres"),
            ("source", "Source des chiffres"),
        )
    }


def origin_columns(lignes: Iterable[Mapping[str, Origine]]) -> dict[str, list[str]]:
    """Write the columns of :func:`origin_cells` of a table, of which each row has figures of its own."""
    cellules = [origin_cells(origines) for origines in lignes]
    return {titre: [siennes[titre] for siennes in cellules] for titre in origin_cells({})}


def computed_origins(atlas: Atlas, indicateurs: Mapping[str, Indicateur]) -> dict[str, str]:
    """Write :func:`origin_cells` of computed figures, by the title of their column."""
    return origin_cells({titre: tell_origin(atlas, i) for titre, i in indicateurs.items()})


def published_origins(
    atlas: Atlas, cpts_ids: Iterable[str], indicateurs: Mapping[str, Indicateur]
) -> list[dict[str, Origine]]:
    """Say of each CPTS where what sources publish of it comes from, by the title of its column.

    Parameters
    ----------
    atlas, cpts_ids
        The atlas, and which CPTS.
    indicateurs
        What is published, by the title of its column.
    """
    titres = {indicateur.identifiant: titre for titre, indicateur in indicateurs.items()}
    faits = atlas.faits[atlas.faits["indicateur"].isin(list(titres))]
    par_cpts: dict[str, dict[str, Origine]] = {}
    for (cpts_id, nom), siens in faits.groupby(["cpts_id", "indicateur"]):
        base = join_words(BASES[b] for b in siens["base"].dropna().unique()) or SANS_BASE
        origine = cite_origin(atlas, siens["source_id"], base)
        par_cpts.setdefault(str(cpts_id), {})[titres[str(nom)]] = origine
    return [par_cpts.get(str(cpts_id), {}) for cpts_id in cpts_ids]


def _group(par_titre: Mapping[str, str]) -> str:
    titres: dict[str, list[str]] = {}
    for titre, texte in par_titre.items():
        titres.setdefault(texte, []).append(titre)
    if len(titres) == 1:
        return next(iter(titres))
    return " ; ".join(f"{texte} ({', '.join(siens)})" for texte, siens in titres.items() if texte)


def _base(atlas: Atlas, indicateur: Indicateur, mesure: Mesure | None) -> str:
    if mesure is not None and mesure.base:
        return BASES[mesure.base]
    if indicateur.base:
        return indicateur.base
    calcul = indicateur.calcul
    if indicateur.methode == DIFFERENCE and indicateur.en_pct:
        return _uncapitalise(atlas.registre[calcul["annonce"]].libelle)
    if indicateur.nature != TAUX:
        return SANS_BASE
    nom = calcul.get("poids", calcul.get("denominateur", POPULATION))
    if indicateur.methode == PART_DU_MAXIMUM:
        nom = calcul["variable"]
    sommes = (i for i in atlas.registre if i.methode == SOMME and i.calcul["variable"] == nom)
    somme = next(sommes, None)
    return _uncapitalise(somme.libelle) if somme else str(nom).replace("_", " ")


def _uncapitalise(texte: str) -> str:
    return texte[:1].lower() + texte[1:]


def _date(atlas: Atlas, source_id: str) -> str:
    date = atlas.sources["date"].get(source_id)
    return date_partielle(date if isinstance(date, str) else None)


def _cite(atlas: Atlas, ids: Sequence[str], indicateur: Indicateur | None = None) -> str:
    """Write sources by their titles; of an official file, its licence too."""
    titres = [source_plain(atlas, i) for i in ids[:_TITRES_MAX]]
    if len(ids) > _TITRES_MAX:
        titres.append(count_noun(len(ids) - _TITRES_MAX, "autre"))
    if indicateur is not None and indicateur.officiel:
        licence = indicateur.licence or SANS_LICENCE
        if not any(licence in titre for titre in titres):
            titres.append(licence)
    return " + ".join(titres)
