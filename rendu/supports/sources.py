"""The sources of a support as plain text: in full, or short at the foot of a map."""

from collections.abc import Iterable

from geo.atlas import Atlas
from geo.rangees import get_row
from rendu.mots.faits import ground_sources, source_plain
from rendu.mots.francais import clean, date_partielle

# More of them are counted, not named: a line stays short.
_PRODUCTEURS_MAX = 20
# What each of the sources of the ground is the source of.
_OBJETS_FONDS = ("communes et populations", "contours")


def plain_texts(atlas: Atlas, source_ids: Iterable[str]) -> tuple[str, ...]:
    """Write sources in full, each once: title, producer, date.

    Parameters
    ----------
    atlas
        The atlas.
    source_ids
        Rows of ``sources.csv``, in the order they are cited; one that the data lack is left out.
    """
    connues = atlas.sources.index
    return tuple(clean(source_plain(atlas, i)) for i in dict.fromkeys(source_ids) if i in connues)


def ground_texts(atlas: Atlas, source_ids: Iterable[str] = ()) -> tuple[str, ...]:
    """Write the sources of the ground in short: what, producer, date where published.

    Parameters
    ----------
    atlas
        The atlas.
    source_ids
        Those of :func:`rendu.mots.faits.ground_sources` to write; by default all of them.
    """
    objets = dict(zip(ground_sources(atlas), _OBJETS_FONDS, strict=True))
    textes = []
    for i in source_ids or objets:
        if i in atlas.sources.index:
            source = get_row(atlas.sources, i)
            date = f", {date_partielle(source['date'])}" if isinstance(source["date"], str) else ""
            textes.append(f"{objets[i]} : {clean(source['producteur'])}{date}")
    return tuple(textes)


def producers_line(atlas: Atlas, source_ids: Iterable[str]) -> list[str]:
    """Name in one line who published the stages of the other CPTS, and when; no line without any."""
    connues = [i for i in source_ids if i in atlas.sources.index]
    return [f"Étapes des autres CPTS : {producers_text(atlas, connues)}"] if connues else []


def producers_text(atlas: Atlas, source_ids: Iterable[str]) -> str:
    """Name who published sources that the data have, and the years: « INSEE, IGN (2022 à 2024) »."""
    sources = atlas.sources.loc[list(dict.fromkeys(source_ids))]
    noms = [clean(producteur) for producteur in sources["producteur"].unique()]
    if len(noms) > _PRODUCTEURS_MAX:
        noms = [*noms[:_PRODUCTEURS_MAX], f"et {len(noms) - _PRODUCTEURS_MAX} autres"]
    annees = sorted({date[:4] for date in sources["date"].dropna()})
    dates = (
        [annees[0] if annees[0] == annees[-1] else f"{annees[0]} à {annees[-1]}"] if annees else []
    )
    if sources["date"].isna().any():
        dates.append(date_partielle(None))
    return f"{', '.join(noms)} ({' ou '.join(dates)})"
