"""A figure beside those of larger territories, in one line."""

from geo.atlas import Atlas
from geo.indicateurs.situation import Situation
from geo.indicateurs.territoire import Territoire
from rendu.mots.comparaison import difference_word, value_text
from rendu.mots.francais import escape_markdown
from rendu.mots.indicateurs import support_texts, with_base


def situation_line(atlas: Atlas, territoire: Territoire, situation: Situation) -> str:
    """Write an indicator as Markdown: its value, what it rests on, and those of the larger territories.

    Parameters
    ----------
    atlas
        The atlas.
    territoire, situation
        As given to and returned by :func:`geo.indicateurs.situation.situate`.
    """
    indicateur, mesure = situation.indicateur, situation.mesure
    texte = value_text(atlas, territoire, mesure)
    if mesure.valeur is not None and not indicateur.en_pct:
        texte = f"{texte} {indicateur.abrege}"
    appuis = support_texts(indicateur, mesure)
    dits = f" ({escape_markdown(' ; '.join(appuis))})" if appuis else ""
    autres = []
    for ensemble in situation.ensembles:
        mot = difference_word(ensemble.differente)
        valeur = value_text(atlas, ensemble.territoire, ensemble.mesure, court=True)
        autres.append(f"{ensemble.territoire.nom} : {valeur}{f', {mot}' if mot else ''}")
    ligne = f"{escape_markdown(with_base(indicateur, indicateur.libelle))} : **{escape_markdown(texte)}**{dits}"
    return f"{ligne} — {escape_markdown(' ; '.join(autres))}" if autres else ligne
