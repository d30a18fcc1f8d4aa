"""The slides of a launch event, in words: one idea each, made from what is published."""

from collections.abc import Sequence

from geo.atlas import Atlas
from geo.evenement import Evenement, make_evenement
from rendu.mots.faits import fact_sources, ground_sources
from rendu.mots.profil import health_rates
from rendu.supports.diapositives_cpts import make_cpts
from rendu.supports.diapositives_region import make_region, make_region_du_jour
from rendu.supports.modele import Diapositive, split_lignes
from rendu.supports.sources import plain_texts, producers_line

_LIGNES_MAX = 4


def make_diapositives(atlas: Atlas, cpts_ids: Sequence[str]) -> tuple[Diapositive, ...]:
    """Make the slides of an event; what is not published makes none.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_ids
        The CPTS of the event, in their order; one named twice counts once.

    Returns
    -------
    tuple
        The region, then CPTS after CPTS, the region that day, the sources, in the order of
        :data:`rendu.supports.modele.GENRES`.

    Raises
    ------
    KeyError
        If there is no such CPTS.
    """
    evenement = make_evenement(atlas, cpts_ids)
    return (
        *make_region(atlas, evenement),
        *(diapositive for i in evenement.cpts_ids for diapositive in make_cpts(atlas, i)),
        *make_region_du_jour(atlas, evenement),
        *_sources(atlas, evenement),
    )


def _sources(atlas: Atlas, evenement: Evenement) -> list[Diapositive]:
    """List the sources of the slides: in full, but those of the other CPTS of the region in a line."""
    ids = [
        *fact_sources(atlas, evenement.cpts_ids),
        *(
            i
            for c in evenement.cpts_ids
            for s, _ in health_rates(atlas, c)
            for i in s.indicateur.sources
        ),
        *evenement.jalons["source_id"],
    ]
    autres = atlas.fiches.loc[list(evenement.comptees), "source_id"]
    lignes = [
        *plain_texts(atlas, ids),
        *producers_line(atlas, autres[~autres.isin([*ids, *ground_sources(atlas)])]),
        *plain_texts(atlas, [i for i in ground_sources(atlas) if i not in ids]),
    ]
    modele = Diapositive(
        "sources",
        None,
        "Sources",
        "",
        "D'où viennent les chiffres",
        (),
        "Les chiffres annoncés viennent des publications citées, les autres du calcul ; ce qui n'est pas publié n'est pas montré.",
        (),
        indicatif=False,
        carte=None,
    )
    return split_lignes(modele, lignes, _LIGNES_MAX)
