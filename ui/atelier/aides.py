"""What helps to compose, as a window asks for it: zones of nobody and ways to absorb them, the need of communes."""

from collections.abc import Mapping
from typing import Any

from geo.atelier.besoin import (
    DECIMALES,
    Besoin,
    BesoinInvalide,
    class_scores,
    needs,
    weigh_need,
)
from geo.atelier.contraintes import check
from geo.atelier.etabli import Etabli
from geo.atelier.etat import CONTRAINTE, Etat
from geo.atelier.gestes import ATTRIBUER, Geste, GesteRefuse
from geo.atelier.plans import plan
from geo.atelier.propositions import Proposition, free_zones, propose
from geo.atlas import Atlas
from geo.indicateurs.classes import SANS_VALEUR
from geo.indicateurs.niveaux import COMMUNES, measure_level
from geo.perimetre import HYPOTHESE
from rendu.carte.coloration import class_values
from rendu.carte.palette import BLEUS
from rendu.mots.atelier_besoin import formula_text, method_texts, missing_texts, source_texts
from rendu.mots.atelier_contraintes import fault_text
from rendu.mots.atelier_propositions import (
    TITRES,
    left_texts,
    proposition_text,
    receiver_text,
)
from rendu.mots.francais import count_noun, nombre
from rendu.mots.indicateurs import distinct_labels, write_value

# A list that nobody would read to its end.
_ZONES_MAX = 60
_POIDS_MAX = 1_000
# Beyond, the ways to absorb a zone take seconds, and nobody decides of it in one go.
_COMMUNES_MAX = 500


def list_zones(etabli: Etabli, departements: list[str]) -> dict[str, Any]:
    """List the zones that nobody has in a scenario."""
    zones = free_zones(etabli.chantier.sol, etabli.etat, departements)
    return {
        "zones": [
            {
                "id": zone.code,
                "texte": f"{zone.nom} : {count_noun(len(zone.codes), 'commune')}, "
                f"{count_noun(zone.population, 'habitant')}",
            }
            for zone in zones[:_ZONES_MAX]
        ]
    }


def describe_propositions(etabli: Etabli, zone: Any, departements: list[str]) -> dict[str, Any]:
    """Explain the ways to absorb a zone, by the code of its most populous commune."""
    sol, etat = etabli.chantier.sol, etabli.etat
    trouvee = next((z for z in free_zones(sol, etat, departements) if z.code == zone), None)
    if trouvee is None:
        raise GesteRefuse("Cette zone n'est plus sans CPTS : cherchez les zones à nouveau.")
    if len(trouvee.codes) > _COMMUNES_MAX:
        raise GesteRefuse(
            f"Cette zone a {count_noun(len(trouvee.codes), 'commune')} : choisissez un département, en haut de la page, "
            "pour n'en voir qu'une partie."
        )
    # Where one CPTS alone touches the zone, the ways may be one.
    memes: dict[tuple[Any, ...], list[Proposition]] = {}
    for proposition in propose(sol, etat, trouvee.codes):
        memes.setdefault(tuple(proposition.vers.items()), []).append(proposition)
    return {
        "codes": sorted(trouvee.codes),
        "propositions": [
            {
                "titre": ", ou ".join(TITRES[autre.genre] for autre in pareilles),
                "lignes": [
                    proposition_text(etat, proposition),
                    *(receiver_text(etat, recevante) for recevante in proposition.recevantes),
                    *left_texts(sol, proposition),
                    *(["Ces manières donnent ici le même résultat."] if len(pareilles) > 1 else []),
                    *warn_of(etabli, proposition.vers),
                ],
                "vers": {cpts_id: list(codes) for cpts_id, codes in proposition.vers.items()},
                "outil": TITRES[proposition.genre].lower(),
            }
            for pareilles in memes.values()
            for proposition in pareilles[:1]
        ],
    }


def warn_of(etabli: Etabli, vers: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Say what some gifts would break of what the scenario asks, and what the figures rest on."""
    chantier, etat = etabli.chantier, etabli.etat
    if not vers:
        return []
    apres = Etat(etat.composition())
    apres.apply(plan(apres, Geste(ATTRIBUER, vers=vers)))
    apres.apply(
        changement
        for nom, valeur in etat.contraintes.items()
        for changement in apres.change(CONTRAINTE, nom, valeur)
    )
    textes = [
        f"Ne respecte pas vos contraintes : {fault_text(chantier.atlas, chantier.sol, apres, ecart)}"
        for ecart in check(chantier.sol, apres, vers)
    ]
    indicative = any(
        confiance == HYPOTHESE
        for cpts_id in vers
        for code in etat.members(cpts_id)
        for _, confiance, *_ in etat.communes[code]
    )
    if indicative:
        textes.append("Chiffres approchés : un périmètre de départ est indicatif.")
    return textes


def list_needs(etabli: Etabli) -> dict[str, Any]:
    """List the indicators that a need may be made of."""
    atlas = etabli.chantier.atlas
    return {"indicateurs": list(distinct_labels(atlas, needs(atlas)).items())}


def describe_need(etabli: Etabli, demande: Mapping[str, Any]) -> dict[str, Any]:
    """Weigh the need of each commune: its class, its words, and how it was computed."""
    atlas = etabli.chantier.atlas
    poids = demande.get("poids")
    if not isinstance(poids, dict) or not all(
        isinstance(valeur, int | float) and abs(valeur) <= _POIDS_MAX for valeur in poids.values()
    ):
        raise GesteRefuse("Ce que la page a demandé ne se lit pas : rechargez-la.")
    try:
        besoin = weigh_need(atlas, poids, str(demande.get("methode")), {})
    except BesoinInvalide as erreur:
        raise GesteRefuse(str(erreur)) from erreur
    return {
        **(_show_values(atlas, besoin) if len(poids) == 1 else _show_scores(besoin)),
        "lignes": [
            *(
                []
                if len(poids) == 1
                else [formula_text(atlas, besoin), *method_texts(atlas, besoin)]
            ),
            *missing_texts(atlas, besoin),
            *source_texts(atlas, besoin),
        ],
    }


def _show_values(atlas: Atlas, besoin: Besoin) -> dict[str, Any]:
    """Colour by one indicator as the map does."""
    (indicateur,) = besoin.indicateurs
    valeurs = measure_level(atlas, indicateur, COMMUNES).valeurs.dropna()
    classees = class_values(valeurs, indicateur)
    return {
        "palette": list(classees.palette),
        "classes": classees.classes,
        "textes": {
            str(code): f"{indicateur.nom} : {write_value(indicateur, valeur)}"
            for code, valeur in valeurs.items()
        },
        "legende": [
            [entree.signe, f"{entree.texte} ({count_noun(entree.compte, 'commune')})"]
            for entree in classees.legende
        ],
    }


def _show_scores(besoin: Besoin) -> dict[str, Any]:
    classement = class_scores(besoin)
    if classement is None:
        raise GesteRefuse(
            "Aucune commune n'a toutes ces valeurs : choisissez d'autres indicateurs."
        )
    classes = classement.codes[classement.codes != SANS_VALEUR]
    bornes, palette = classement.bornes, _spread(len(classement.effectifs))
    return {
        "palette": palette,
        "classes": {str(code): int(classe) for code, classe in classes.items()},
        "textes": {
            str(code): f"besoin : {nombre(score, DECIMALES)}"
            for code, score in besoin.scores.dropna().items()
        },
        "legende": [
            [
                palette[rang],
                (
                    f"{nombre(bornes[rang], DECIMALES)} à {nombre(bornes[rang + 1], DECIMALES)} "
                    f"({count_noun(effectif, 'commune')})"
                ),
            ]
            for rang, effectif in enumerate(classement.effectifs)
        ],
    }


def _spread(classes: int) -> list[str]:
    """Take as many blues as there are classes, from the palest to the darkest."""
    dernier = len(BLEUS) - 1
    return [BLEUS[round(rang * dernier / max(classes - 1, 1))] for rang in range(classes)]
