"""The answers of the search in words: what tells homonyms apart, and which CPTS hold a commune."""

from geo.erreurs import enumerate_first
from geo.perimetre import ENTIERE, is_indicatif, settle_parts
from geo.recherche.index import (
    ANCIEN_CODE,
    ANCIEN_NOM,
    REUNIE,
    Appartenance,
    DescriptionCommune,
    Resultat,
)
from geo.regles.couverture import COUVERTE, DEFINITIONS, NON_COUVERTE
from rendu.mots.etapes import stage_name
from rendu.mots.francais import join_words
from rendu.mots.partage import round_share

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
                stage_name(resultat.statut_libelle, resultat.statut_mot_source),
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
    somme = settle_parts([sum(c.part for c in commune.cpts)])[0]
    reste = " ; le reste n'est dans aucun périmètre connu" if somme < ENTIERE else ""
    if etat == COUVERTE:
        return f"{nom} est {lieu}{reste}."
    definition = DEFINITIONS[commune.definition]
    reserve = f"dont l'étape ne compte pas dans la définition choisie ({definition})"
    debut = "en zone blanche : " if etat == NON_COUVERTE else ""
    return f"{nom} est {debut}{lieu}, {reserve}{reste}."


def _full_name(appartenance: Appartenance) -> str:
    nom = appartenance.nom if appartenance.nom.startswith("CPTS") else f"CPTS {appartenance.nom}"
    part = ""
    if appartenance.part < ENTIERE:
        part = f", pour environ {round_share(appartenance.part)} de ses habitants (estimé)"
    etape = stage_name(appartenance.statut_libelle, appartenance.statut_mot_source)
    return f"{nom} ({etape}){part}"
