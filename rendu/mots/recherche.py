"""The answers of the search in words: what tells homonyms apart, and which CPTS hold a commune."""

from geo.erreurs import enumerate_first
from geo.perimetre import ENTIERE, is_indicatif
from geo.recherche.index import (
    ANCIEN_CODE,
    ANCIEN_NOM,
    REUNIE,
    Appartenance,
    DescriptionCommune,
    Resultat,
)
from geo.regles.couverture import COUVERTE, DEFINITIONS, NON_COUVERTE
from geo.texte import write_share
from rendu.mots.francais import join_words

_GENRES = {"commune": "", "epci": "Intercommunalité", "cpts": "CPTS", "departement": "Département"}
_CODES_POSTAUX_MAX = 3


def label(resultat: Resultat) -> str:
    """Write an answer on one line, so that homonyms are told apart."""
    genre = _GENRES[resultat.genre]
    return " · ".join(filter(None, (resultat.nom, genre, precision_text(resultat))))


def precision_text(resultat: Resultat) -> str:
    """Write what tells an answer from its homonyms; names as in the files, not escaped."""
    if resultat.genre == "departement":
        return f"{resultat.code}, {resultat.region}"
    lieux = (f"{lieu.nom} ({lieu.code})" if lieu.nom else lieu.code for lieu in resultat.lieux)
    return ", ".join(
        filter(
            None,
            (
                _former_text(resultat),
                *lieux,
                enumerate_first(resultat.codes_postaux, _CODES_POSTAUX_MAX),
                resultat.statut_libelle,
            ),
        )
    )


def _former_text(resultat: Resultat) -> str:
    return {
        "": "",
        ANCIEN_CODE: f"ancien code {resultat.code}",
        ANCIEN_NOM: f"ancien nom de {resultat.nom_actuel}",
        REUNIE: f"commune réunie à {resultat.nom_actuel}",
    }[resultat.ancien]


def commune_sentence(commune: DescriptionCommune) -> str:
    """Say which CPTS hold a commune and whether that makes it covered; names are not escaped."""
    nom, etat = commune.nom, commune.etat
    if not commune.cpts:
        if etat == NON_COUVERTE:
            return (
                f"{nom} est en zone blanche : dans aucune CPTS, alors que toutes celles de son "
                "département sont connues."
            )
        return f"{nom} est sans périmètre connu : aucun périmètre de CPTS dessiné ne la comprend."
    groupes = (
        ("établi", [c for c in commune.cpts if not is_indicatif(c.confiance)]),
        ("indicatif", [c for c in commune.cpts if is_indicatif(c.confiance)]),
    )
    lieu = " et ".join(
        f"dans le périmètre {adjectif} {join_words(f'de la {_full_name(c)}' for c in groupe)}"
        for adjectif, groupe in groupes
        if groupe
    )
    if etat == COUVERTE:
        return f"{nom} est {lieu}."
    definition = DEFINITIONS[commune.definition]
    reserve = f"dont l'étape ne compte pas dans la définition choisie ({definition})"
    debut = "en zone blanche : " if etat == NON_COUVERTE else ""
    return f"{nom} est {debut}{lieu}, {reserve}."


def _full_name(appartenance: Appartenance) -> str:
    nom = appartenance.nom if appartenance.nom.startswith("CPTS") else f"CPTS {appartenance.nom}"
    part = (
        "" if appartenance.part >= ENTIERE else f", pour {write_share(appartenance.part)} (estimé)"
    )
    return f"{nom} ({appartenance.statut_libelle}){part}"
