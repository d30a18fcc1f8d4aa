"""The map of a launch event: its CPTS among those in operation around them, that day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.evenement import DEFINITION
from rendu.carte.palette import (
    CHOISIE,
    COMMUNE_INDETERMINEE,
    LEGENDE_INDICATIF,
    REPERE,
    TIRETS,
    VOISINE,
)
from rendu.carte.signes import Coloration, Entree
from rendu.mots.faits import ground_sources
from rendu.mots.francais import join_words, nombre
from rendu.mots.paroles import event_day, event_title, others_words
from rendu.supports.cartes import make_carte_coloree, sources_line

if TYPE_CHECKING:
    import datetime as dt

    from geo.atlas import Atlas
    from geo.evenement import Evenement
    from rendu.dessin.contenu import Carte


def make_carte_evenement(atlas: Atlas, evenement: Evenement, jour: dt.date) -> Carte:
    """Prepare the map of the CPTS around those of an event, these in colour and numbered first.

    Parameters
    ----------
    atlas, evenement
        The event, as :func:`geo.evenement.make_evenement` returns it.
    jour
        The day when the map is made.

    Returns
    -------
    Carte
        Shapes in metres (EPSG:2154).
    """
    siennes, ordre = evenement.cpts_ids, evenement.montrees
    formes = {i: "complet" if i in atlas.territoires.index else "repere" for i in ordre}
    dessinees = [i for i, forme in formes.items() if forme == "complet"]
    legende = (
        Entree(CHOISIE, "CPTS de l'événement", len(siennes)),
        Entree(VOISINE, others_words(evenement), len(ordre) - len(siennes)),
        Entree(TIRETS, LEGENDE_INDICATIF, sum(map(atlas.is_indicatif, dessinees))),
        Entree(REPERE, "repère : périmètre inconnu", len(ordre) - len(dessinees)),
    )
    quand = event_day(evenement)
    lieu = [join_words(evenement.regions.values())] if evenement.regions else []
    carte = make_carte_coloree(
        atlas,
        Coloration(
            f"CPTS connues au {quand}" if quand else "CPTS connues",
            {i: int(i not in siennes) for i in ordre},
            (CHOISIE, VOISINE),
            tuple(entree for entree in legende if entree.compte),
        ),
        departements=evenement.departements,
        formes=formes,
        definition=DEFINITION,
        indicatifs=True,
        etats=(),
        titre=" : ".join([event_title(atlas, evenement), *lieu]),
        phrase=(f"Événement du {quand}. " if quand else "")
        + "Autour, les CPTS en fonctionnement que l'on connaît.",
        jour_carte=jour,
        # An event counts CPTS: it says nothing of the communes that have none.
        zones_blanches=False,
    )
    # It shows stages, and no figure.
    sources = [*ground_sources(atlas), *atlas.fiches.loc[list(ordre), "source_id"]]
    membres = set(atlas.adhesions.loc[atlas.adhesions["cpts_id"].isin(ordre), "code_commune"])
    dedans = atlas.communes["code_departement"].isin(evenement.departements)
    reste = int((dedans & ~atlas.communes.index.isin(membres)).sum())
    return replace(
        carte,
        sources=sources_line(atlas, sources, jour),
        legende=(*carte.legende, (COMMUNE_INDETERMINEE, f"autres communes ({nombre(reste)})")),
    )
