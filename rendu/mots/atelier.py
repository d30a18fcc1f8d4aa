"""What the workshop says of a scenario: its CPTS before and after, its departments, its gestures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.atelier.etat import part_of, rests_on_hypothesis
from geo.atelier.gestes import (
    ATTRIBUER,
    CONTRAINDRE,
    CREER,
    DEVERROUILLER,
    FUSIONNER,
    JUSTIFIER,
    RENOMMER,
    SCINDER,
    SUPPRIMER,
    VERROUILLER,
)
from geo.atelier.inconnues import list_unplaced
from geo.atelier.jauge import gauge
from geo.erreurs import enumerate_first
from geo.indicateurs.calcul import BORNES_TAILLE, CLASSES_TAILLE
from geo.perimetre import ENTIERE
from rendu.mots.atelier_contraintes import name_communes
from rendu.mots.francais import (
    AVEC_INDICATIFS,
    agree,
    count_noun,
    nombre,
    pourcentage,
)
from rendu.mots.indicateurs import write_about
from rendu.mots.partage import of_which_in_part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from geo.atelier.bilan import Couverts
    from geo.atelier.etabli import Chantier, Etabli
    from geo.atelier.etat import Adhesions, Etat
    from geo.atelier.gestes import Geste
    from geo.atelier.jauge import Jauge
    from geo.atelier.sol import Sol

# The gauge is drawn from nobody to here: the last bound, and some room beyond it.
JAUGE_MAX = 200_000
NOUVELLE, SUPPRIMEE, CHANGEE, IDENTIQUE = "nouvelle", "supprimee", "changee", "identique"
_GENRES = {
    NOUVELLE: "nouvelle",
    SUPPRIMEE: "supprimée du scénario",
    CHANGEE: "changée",
    IDENTIQUE: "comme en service",
}
_PERSONNES = "habitants"


def describe_cpts(etabli: Etabli, cpts_id: str) -> dict[str, Any]:
    """Say what a scenario makes of a CPTS, as the page shows it.

    Parameters
    ----------
    etabli
        The scenario.
    cpts_id
        Of a CPTS of the scenario, or of the data in force.

    Returns
    -------
    dict
        Plain data: ``id``, ``nom``, ``genre`` and its word, ``lignes`` (sentences), ``jauge`` (places from 0 to 1, before
        and after, and of the bounds), ``alertes`` (``texte`` and ``codes`` of the communes to look at), ``motif``.
    """
    chantier, etat = etabli.chantier, etabli.etat
    ici, avant = etat.cpts.get(cpts_id), chantier.avant.cpts.get(cpts_id)
    genre = (
        SUPPRIMEE if ici is None else NOUVELLE if avant is None else
        CHANGEE if cpts_id in etabli.touchees else IDENTIQUE
    )  # fmt: skip
    connue = ici or avant
    populations = (chantier.bilan.population(cpts_id), etabli.bilan.population(cpts_id))
    connues = chantier.sol.nom.keys()
    membres = (chantier.membres.members(cpts_id), etat.members(cpts_id) & connues)
    return {
        "id": cpts_id,
        "nom": connue.nom if connue else cpts_id,
        "genre": genre,
        "mot": _GENRES[genre],
        "lignes": [
            *_count_lines(etabli, cpts_id, populations, membres),
            *_size_lines(
                chantier,
                populations,
                membres,
                indicative=rests_on_hypothesis(etat.communes, membres[1], cpts_id),
            ),
        ],
        "jauge": {
            "avant": min(populations[0] / JAUGE_MAX, 1) if membres[0] else None,
            "apres": min(populations[1] / JAUGE_MAX, 1) if membres[1] else None,
            "bornes": [borne / JAUGE_MAX for borne in BORNES_TAILLE],
        },
        "alertes": _alerts(etabli, cpts_id),
        "motif": etat.motifs.get(cpts_id, ""),
    }


def _count_lines(
    etabli: Etabli,
    cpts_id: str,
    populations: tuple[int, int],
    membres: tuple[frozenset[str], frozenset[str]],
) -> list[str]:
    chantier = etabli.chantier
    adhesions_des_deux = (chantier.avant.adhesions, etabli.etat.communes)
    communes = [
        _count_communes(adhesions, siennes, cpts_id)
        for siennes, adhesions in zip(membres, adhesions_des_deux, strict=True)
    ]
    habitants = [
        write_about(
            population, environ=rests_on_hypothesis(adhesions, siennes, cpts_id), court=True
        )
        for population, siennes, adhesions in zip(
            populations, membres, adhesions_des_deux, strict=True
        )
    ]
    # A share of a commune may have come or gone, with no commune.
    if membres[0] == membres[1] and populations[0] == populations[1]:
        sans = tell_no_commune(chantier, cpts_id)
        return [f"{habitants[1]} {_PERSONNES}, {communes[1]}" if membres[1] else sans]
    if not membres[0]:
        sans = tell_no_commune(chantier, cpts_id)
        return [f"{sans} → {habitants[1]} {_PERSONNES}, {communes[1]}"]
    ecart = populations[1] - populations[0]
    signe = "+" if ecart > 0 else "−" if ecart < 0 else "±"
    gagnees, perdues = len(membres[1] - membres[0]), len(membres[0] - membres[1])
    return [
        f"{habitants[0]} → {habitants[1]} {_PERSONNES} ({signe}{nombre(abs(ecart))})",
        f"{len(membres[0])} → {communes[1]} ({gagnees} de plus, {perdues} de moins)",
    ]


def tell_no_commune(chantier: Chantier, cpts_id: str) -> str:
    """Say of a CPTS without commune that none is known in the data in use, or that a scenario has none for it."""
    inconnu = cpts_id in chantier.avant.cpts and not chantier.membres.members(cpts_id)
    return "périmètre inconnu" if inconnu else "aucune commune"


def _count_communes(
    adhesions: Mapping[str, Adhesions], siennes: Collection[str], cpts_id: str
) -> str:
    """Write how many communes a CPTS has, and of how many of them a part only."""
    en_partie = sum(
        membre[0] == cpts_id and part_of(membre) < ENTIERE
        for code in siennes
        for membre in adhesions.get(code, ())
    )
    return count_noun(len(siennes), "commune") + of_which_in_part(en_partie)


def _size_lines(
    chantier: Chantier,
    populations: tuple[int, int],
    membres: tuple[frozenset[str], frozenset[str]],
    *,
    indicative: bool,
) -> list[str]:
    aci = chantier.atlas.aci
    avant, apres = (
        gauge(population, aci) if siennes else None
        for population, siennes in zip(populations, membres, strict=True)
    )
    if apres is None:
        return []
    change = f"{avant.taille} → " if avant and avant.taille != apres.taille else ""
    lignes = [f"Taille {change}{apres.taille}{_distance(apres, indicative=indicative)}"]
    if apres.montant_max_eur is not None:
        avant_eur = avant.montant_max_eur if avant else None
        passe = (
            f"{nombre(avant_eur)} → "
            if avant_eur is not None and avant_eur != apres.montant_max_eur
            else ""
        )
        lignes.append(f"ACI : au plus {passe}{nombre(apres.montant_max_eur)} € par an")
    return lignes


def _distance(jauge: Jauge, *, indicative: bool) -> str:
    if jauge.taille not in CLASSES_TAILLE:
        return " : juste sur une borne, dont l'accord ne dit pas la classe"
    if jauge.borne_suivante is None or jauge.reste is None:
        return f" : au-dessus de {nombre(BORNES_TAILLE[-1])}"
    return f" : {write_about(jauge.reste, environ=indicative, court=True)} sous la borne de {nombre(jauge.borne_suivante)}"


def explain_aci(chantier: Chantier) -> str:
    """Say where the yearly maxima come from, and what they are worth; empty where no table gives any."""
    aci = chantier.atlas.aci
    if aci.empty:
        return ""
    dernier = aci.sort_values("date").iloc[-1]
    source = chantier.atlas.sources["titre"].get(dernier["source_id"], dernier["source_id"])
    return f"Montants de l'ACI : {source}, {dernier['date']} ; {dernier['note']}."


def _alerts(etabli: Etabli, cpts_id: str) -> list[dict[str, Any]]:
    """Tell the detached parts of a CPTS and what it surrounds, each with its communes."""
    sol = etabli.chantier.sol
    codes = etabli.etat.members(cpts_id) & sol.nom.keys()
    alertes = [
        {
            "texte": f"Partie détachée : {count_communes(sol, part)}",
            "codes": sorted(part),
        }
        for part in sol.parts(codes)[1:]
    ]
    alertes += [
        {
            "texte": f"Enclave, entourée sans en être : {count_communes(sol, enclave)}",
            "codes": sorted(enclave),
        }
        for enclave in sol.enclaves(codes)
    ]
    gagnees = codes - etabli.chantier.membres.members(cpts_id)
    departements = {sol.departement[code] for code in gagnees}
    if rivales := name_unknown(etabli, departements, sauf=cpts_id):
        alertes.append(
            {
                "texte": f"Peut-être aussi le territoire de : {rivales}, sans périmètre connu",
                "codes": sorted(gagnees),
            }
        )
    disparues = sorted(etabli.etat.members(cpts_id) - codes)
    if disparues:
        alertes.append(
            {
                "texte": (
                    f"{agree(len(disparues), 'Commune absente', 'Communes absentes')} des données en service : "
                    f"{enumerate_first(disparues)}"
                ),
                "codes": [],
            }
        )
    return alertes


def count_communes(sol: Sol, codes: Collection[str]) -> str:
    """Name some communes, the most populous first, with how many they are and their inhabitants."""
    effectif = f"{nombre(sol.count(codes))} {_PERSONNES}"
    if len(codes) > 1:
        effectif = f"{count_noun(len(codes), 'commune')}, {effectif}"
    return f"{name_communes(sol, codes)} ({effectif})"


def describe_departement(
    etabli: Etabli, departement: str, definition: str, *, indicatifs: bool
) -> dict[str, Any]:
    """Say who is covered in a department before and after, who is in no CPTS, and what is not known there.

    Returns
    -------
    dict
        Plain data: ``nom`` and ``lignes`` (sentences).
    """
    chantier = etabli.chantier
    atlas, sol, etat = chantier.atlas, chantier.sol, etabli.etat
    avant, apres = (
        bilan.couverture(departement, definition) for bilan in (chantier.bilan, etabli.bilan)
    )
    codes = sol.des_departements[departement]
    lignes = [_coverage_line(etabli, departement, avant, apres, indicatifs=indicatifs)]
    personne = [code for code in codes if code not in etat.communes]
    lignes.append(
        f"Dans aucun périmètre connu : {count_noun(len(personne), 'commune')}, "
        f"{nombre(sol.count(personne))} {_PERSONNES}"
    )
    if inconnues := name_unknown(etabli, {departement}):
        lignes.append(f"Sans périmètre connu, et peut-être là : {inconnues}")
    nom = atlas.departements["nom"][departement]
    return {"code": departement, "nom": f"{nom} ({departement})", "lignes": lignes}


def name_unknown(etabli: Etabli, departements: Collection[str], sauf: str = "") -> str:
    """Name the CPTS that say they are in some departments and have no commune: nobody knows which are theirs."""
    etat = etabli.etat
    noms = list_unplaced(
        etabli.chantier.nommees,
        departements,
        etat.cpts,
        lambda cpts_id: bool(etat.members(cpts_id)),
        sauf,
    )
    return enumerate_first(noms)


def _coverage_line(
    etabli: Etabli, departement: str, avant: Couverts, apres: Couverts, *, indicatifs: bool
) -> str:
    if not apres.total.population:
        return "Hors de la zone d'étude : aucun taux de couverture"
    complet = departement in etabli.chantier.complets
    etablie = _shares(avant, apres, complet=complet, indicatifs=False)
    if not indicatifs:
        return (
            f"Population couverte (périmètres établis, communes données ici comprises) : {etablie}"
        )
    toute = _shares(avant, apres, complet=complet, indicatifs=True)
    return f"Population couverte : {etablie} (périmètres établis, communes données ici comprises) ; {AVEC_INDICATIFS}, {toute}"


def _shares(avant: Couverts, apres: Couverts, *, complet: bool, indicatifs: bool) -> str:
    """Write a share before and after; where the list of CPTS is not complete, one of nothing is not known."""
    textes = []
    for couverts in (avant, apres):
        part = couverts.part_pct(indicatifs=indicatifs) or 0.0
        dite = pourcentage(part, au_moins=not (complet or indicatifs))
        textes.append(dite if part or complet else "inconnue")
    return " → ".join(dict.fromkeys(textes))


def describe_geste(geste: Geste, etat: Etat) -> str:
    """Name a gesture in a few words, for whoever would undo it or do it again."""
    connues = {**etat.depart.cpts, **etat.cpts}

    def name(cpts_ids: Iterable[str]) -> str:
        return enumerate_first(connues[i].nom if i in connues else i for i in cpts_ids)

    communes = count_noun(len(geste.codes) + sum(map(len, geste.vers.values())), "commune")
    outil = f"{geste.outil} : " if geste.outil else ""
    match geste.genre:
        case str(genre) if genre == ATTRIBUER:
            vers = f" vers {name(geste.vers)}" if geste.vers else " hors de leur CPTS"
            return f"{outil}{communes}{vers}"
        case str(genre) if genre in {VERROUILLER, DEVERROUILLER}:
            return ("verrou : " if genre == VERROUILLER else "verrou levé : ") + (
                name(geste.cpts) if geste.cpts else communes
            )
        case _:
            mots = {
                CREER: f"création de {geste.nom}, {communes}",
                RENOMMER: f"nom ou étape de {geste.nom}",
                FUSIONNER: f"fusion dans {name([geste.cible])}",
                SCINDER: f"scission, {communes} à {geste.nom}",
                SUPPRIMER: f"suppression de {name(geste.cpts)}",
                JUSTIFIER: f"justification de {name(geste.cpts)}",
                CONTRAINDRE: "contraintes",
            }
            return mots[geste.genre]
