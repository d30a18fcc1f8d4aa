"""The answers of the search in words: what tells homonyms apart, and which CPTS hold a commune."""

from collections.abc import Mapping, Sequence

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
from geo.regles.couverture import COUVERTE, DEFINITIONS, INDETERMINEE, MASQUEE, NON_COUVERTE
from rendu.mots.etapes import stage_name
from rendu.mots.francais import (
    AUCUN_QUI_COMPTE,
    DANS_MASQUE,
    PERIMETRE_INCONNU,
    count_noun,
    escape_markdown,
    join_words,
    nombre,
)
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


def commune_sentence(commune: DescriptionCommune, *, indicatifs: bool = True) -> str:
    """Say which CPTS hold a commune and whether that makes it covered; names are not escaped.

    Parameters
    ----------
    commune
        See :func:`geo.recherche.communes.describe_commune`.
    indicatifs
        Whether indicative perimeters are shown.
    """
    nom, etat = commune.nom, commune.etat
    if not commune.cpts:
        if etat == NON_COUVERTE:
            return (
                f"{nom} est en zone blanche : dans aucune CPTS, alors que toutes celles de son "
                "département sont connues."
            )
        return f"{nom} est {PERIMETRE_INCONNU} : aucun périmètre de CPTS dessiné ne la comprend."
    if etat == MASQUEE:
        return f"{nom} est {DANS_MASQUE}, {_list_names(commune.cpts)}."
    groupes = (
        ("établi", [c for c in commune.cpts if not is_indicatif(c.confiance)]),
        (
            "indicatif" if indicatifs else "indicatif masqué",
            [c for c in commune.cpts if is_indicatif(c.confiance)],
        ),
    )
    lieu = " et ".join(
        f"dans le périmètre {adjectif} {_list_names(groupe)}"
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


def group_sentence(nom: str, etablies: int, etats: Mapping[str, int], *, indicatifs: bool) -> str:
    """Count the communes of an EPCI or a department by state; its name is not escaped.

    Parameters
    ----------
    nom
        Its name.
    etablies
        How many are in an established perimeter.
    etats
        How many are in each state, indicative perimeters counted.
    indicatifs
        Whether those are shown.
    """
    comptes = (
        (etablies, "dans un périmètre établi"),
        (
            etats.get(COUVERTE, 0) - etablies,
            "dans un périmètre indicatif" if indicatifs else DANS_MASQUE,
        ),
        (etats.get(INDETERMINEE, 0), AUCUN_QUI_COMPTE),
        (etats.get(NON_COUVERTE, 0), "en zone blanche"),
    )
    detail = ", ".join(f"{nombre(compte)} {ou}" for compte, ou in comptes if compte)
    return f"**{escape_markdown(nom)}**, {count_noun(sum(etats.values()), 'commune')} : {detail}."


def _list_names(cpts: Sequence[Appartenance]) -> str:
    return join_words(f"de la {_full_name(c)}" for c in cpts)


def _full_name(appartenance: Appartenance) -> str:
    nom = appartenance.nom if appartenance.nom.startswith("CPTS") else f"CPTS {appartenance.nom}"
    part = ""
    if appartenance.part < ENTIERE:
        part = f", pour environ {round_share(appartenance.part)} de ses habitants (estimé)"
    etape = stage_name(appartenance.statut_libelle, appartenance.statut_mot_source)
    return f"{nom} ({etape}){part}"
