"""The figures of a zone in words, and what a CPTS that takes it in would become."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from geo.indicateurs.registre import Indicateur
from geo.lecture.variables import BAS, HAUT
from geo.perimetre import is_indicatif
from geo.regles.comptes import Comptes
from geo.regles.couverture import INDETERMINEE, NON_COUVERTE
from geo.regles.zones import Zones
from rendu.mots.couverture import masked_text
from rendu.mots.etapes import stage_name
from rendu.mots.fiche import border_text
from rendu.mots.francais import (
    AUCUN_QUI_COMPTE,
    CONFIANCES_COURTES,
    PARTIE_ETABLIE,
    capitale,
    count_noun,
    escape_markdown,
    join_words,
    nombre,
)
from rendu.mots.indicateurs import (
    PARTIEL,
    VALEUR_RETENUE,
    bounds_text,
    write_about,
    write_number,
)
from rendu.tableau import Case, Partie

NON_CONNU = "inconnu"
BLANCHE = "Zone blanche"
# A perimeter may be known of a CPTS that does not count under the chosen definition.
_QUI_COMPTE = "périmètre connu qui compte"
# So many CPTS are named in a sentence, and so many towns; the others are counted.
_NOMMEES, _VILLES = 8, 5


def zone_name(etat: str, nom: str) -> str:
    """Name a zone by its kind and its most populous commune; the name is not escaped.

    >>> zone_name("non_couverte", "Gray"), zone_name("indeterminee", "Dijon")
    ('Zone blanche · Gray', 'Sans périmètre connu qui compte · Dijon')
    """
    genre = BLANCHE if etat == NON_COUVERTE else capitale(AUCUN_QUI_COMPTE)
    return f"{genre} · {nom}"


def first_names(noms: Iterable[str], nommes: int = _NOMMEES) -> list[str]:
    """Keep the first of many names; the others are counted.

    >>> first_names(["Gray", "Lure", "Vesoul"], 1)
    ['Gray', '2 autres']
    """
    tous = list(noms)
    autres = len(tous) - nommes
    return [*tous[:nommes], count_noun(autres, "autre", "autres")] if autres > 0 else tous


def zones_sentence(zones: Zones, restes: Comptes, masques: Comptes) -> str:
    """Say, as Markdown, who lives out of any perimeter or in a zone blanche, around which towns, and what no zone has.

    Parameters
    ----------
    zones
        The zones.
    restes
        See :func:`geo.regles.couverture.count_restes`.
    masques
        What is in a hidden perimeter; none where those are shown.
    """
    phrases = []
    for etat, ou in (
        (NON_COUVERTE, "en zone blanche"),
        (INDETERMINEE, f"hors de tout {_QUI_COMPTE}"),
    ):
        siennes = zones.table[zones.table["etat"] == etat].sort_values(
            "population", ascending=False
        )
        if siennes.empty:
            continue
        habitants = count_noun(int(siennes["population"].sum()), "habitant")
        communes = count_noun(int(siennes["communes"].sum()), "commune")
        noms = first_names((escape_markdown(nom) for nom in siennes["nom"]), _VILLES)
        phrases.append(
            f"**{habitants}** ({communes}) {ou}, en {count_noun(len(siennes), 'zone')} : {join_words(noms)}"
        )
    if not phrases:
        phrases.append("Toutes les communes sont dans un périmètre")
    if restes.communes:
        entamees = count_noun(restes.communes, "commune")
        phrases.append(
            f"environ **{count_noun(restes.population, 'habitant')}** de {entamees} en partie seulement dans un {_QUI_COMPTE}"
        )
    if masques.communes:
        phrases.append(masked_text(masques))
    return f"{' ; '.join(phrases)}."


def zone_value(indicateur: Indicateur, zone: "pd.Series[float]") -> str:
    r"""Write an official figure of a zone: a number, « au moins », between what it is, or that it is not known.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> lits = load_registre(LIVRES, ["population", "surface_km2"])[0]["population"]
    >>> def ecrire(valeur, bas, haut):
    ...     return zone_value(lits, pd.Series({"population": valeur, "population (bas)": bas, "population (haut)": haut}))
    >>> nan, infini = float("nan"), float("inf")
    >>> ecrire(12, 12, 12), ecrire(12, 12, infini), ecrire(nan, 3, 12), ecrire(nan, 3, infini), ecrire(nan, nan, nan)
    ('12', 'au moins 12', 'entre 3 et 12', 'au moins 3', 'inconnu')
    """
    nom = indicateur.identifiant
    valeur = zone[nom]
    bas, haut = (zone.get(nom + bord, valeur) for bord in (BAS, HAUT))
    if pd.isna(bas):
        return NON_CONNU
    if bas == -float("inf"):
        # A withheld value has none; a balance that leaves communes out has one.
        if pd.isna(valeur):
            return VALEUR_RETENUE
        return f"{write_number(indicateur, float(valeur))} ({PARTIEL})"
    if pd.isna(valeur) or haut == float("inf"):
        return bounds_text(indicateur, (float(bas), float(haut)))
    return write_number(indicateur, float(valeur))


def drawn_text(confiance: str, *, etablie_seule: bool) -> str:
    """Say how sure what is drawn of a CPTS is, and whether that is not all of its perimeter.

    >>> from geo.perimetre import DEDUIT, DOCUMENTE
    >>> drawn_text(DEDUIT, etablie_seule=False), drawn_text(DOCUMENTE, etablie_seule=True)
    ('déduit', 'documenté, partie établie seulement')
    """
    suite = f", {PARTIE_ETABLIE}" if etablie_seule else ""
    return f"{CONFIANCES_COURTES[confiance]}{suite}"


def candidate_row(cpts: Any, annonce: str) -> tuple[Case, ...]:
    """Write what a CPTS that takes a zone in would become; what it announces stands apart, as its source words it.

    Parameters
    ----------
    cpts
        A row of :func:`geo.regles.zones.candidates`.
    annonce
        The population that it announces, in words.
    """
    environ = is_indicatif(cpts.confiance)
    # Of its own communes it is no neighbour: a border of nought would say that it is far.
    frontiere = (
        border_text(cpts.frontiere_km, environ=environ)
        if cpts.frontiere_km or not cpts.communes_deja
        else f"a déjà {nombre(cpts.communes_deja)} de ses communes"
    )
    perimetre = drawn_text(cpts.confiance, etablie_seule=cpts.etablie_seule)
    avant, apres = (
        write_about(population, environ=environ, court=True)
        for population in (cpts.population_avant, cpts.population_apres)
    )
    return (
        (
            Partie(cpts.nom),
            Partie(
                f"{perimetre} · {stage_name(cpts.statut_libelle, cpts.statut_mot_source)}",
                seconde=True,
            ),
            Partie(f"annonce : {annonce}", seconde=True),
        ),
        (
            Partie(apres),
            Partie(f"avant : {avant}", seconde=True),
            Partie(f"+{count_noun(cpts.communes_ajoutees, 'commune')}", seconde=True),
        ),
        (
            (Partie(cpts.taille_apres), Partie("inchangée", seconde=True))
            if cpts.taille_avant == cpts.taille_apres
            else (Partie(f"{cpts.taille_avant} → {cpts.taille_apres}"),)
        ),
        (Partie(frontiere),),
    )
