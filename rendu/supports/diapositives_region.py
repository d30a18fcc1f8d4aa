"""The slides on the region of a launch: the CPTS at that date, what was published that day."""

import pandas as pd

from geo.atlas import Atlas
from geo.evenement import DEFINITION, Evenement
from geo.regles.couverture import DEFINITIONS
from rendu.mots.deploiement import TITRES_COMPTE
from rendu.mots.etapes import stage_parts
from rendu.mots.francais import (
    agree,
    capitale,
    clean,
    count_noun,
    date_partielle,
    join_words,
    nombre,
    qualify,
)
from rendu.mots.jalons import ETAPES_PUBLIEES, PROJETS, published_value, published_zone
from rendu.mots.paroles import PUBLIES, event_dates, named
from rendu.mots.provenance import answer_text
from rendu.mots.provenance_deploiement import counted_formula
from rendu.supports.modele import REGION, Diapositive, Graphique, Origine
from rendu.supports.sources import ground_texts, plain_texts

# More of them are counted, not named.
_NOMS_MAX = 6
_REGIONS_MAX = 3
_SOURCES_MAX = 2


def make_region(atlas: Atlas, evenement: Evenement) -> list[Diapositive]:
    """Say how many CPTS are in operation around those of an event.

    Parameters
    ----------
    atlas, evenement
        The event, as :func:`geo.evenement.make_evenement` returns it.

    Returns
    -------
    list
        One slide; none if no CPTS is known to be in operation there.
    """
    n = len(evenement.comptees)
    if not n:
        return []
    compte = f"{'au moins ' if evenement.minimum else ''}{count_noun(n, 'CPTS', 'CPTS')}"
    phrase = DEFINITIONS[DEFINITION]
    parlee = f"{_subject(evenement)} {compte} en fonctionnement"
    siennes = [i for i in evenement.cpts_ids if i in evenement.comptees]
    if siennes:
        noms = atlas.fiches["nom"]
        parlee += ", dont " + (
            join_words(named(noms[i]) for i in siennes)
            if len(siennes) <= _NOMS_MAX
            else f"{nombre(len(siennes))} de cet événement"
        )
    if evenement.date:
        date = date_partielle(evenement.date)
        phrase += f" au {date}"
        parlee = f"au {date}, {parlee}"
        if siennes:
            parlee += f", {agree(len(siennes), 'datée')} de ce jour"
    # Others may have the same day: the count is that of the event.
    if siennes:
        phrase += f", {_among(len(siennes), len(evenement.cpts_ids))} de cet événement"
    datees = siennes or evenement.cpts_ids
    dates = "" if evenement.date else event_dates(atlas, datees)
    if dates:
        # The count is that of the data as they are: only the stages are dated.
        phrase += f" ({dates})" if siennes else f" ; cet événement : {dates}"
        qui = "cet événement"
        if len(datees) < len(evenement.cpts_ids):
            qui = "cette CPTS" if len(datees) == 1 else f"ces {nombre(len(datees))} CPTS"
        parlee += f" ; {agree(len(datees), 'date')} de {qui} : {dates}"
    sources = plain_texts(atlas, atlas.fiches.loc[list(evenement.comptees), "source_id"])
    cites = sources
    if len(sources) > _SOURCES_MAX:
        cites = (f"{len(sources)} publications, leurs producteurs cités à la fin",)
    return [
        Diapositive(
            "region",
            None,
            _title(evenement),
            compte,
            phrase,
            _stage_lines(atlas, evenement),
            f"{capitale(parlee)}.",
            (*cites, *ground_texts(atlas, ["contours"])),
            indicatif=any(map(atlas.is_indicatif, evenement.montrees)),
            carte=REGION,
            origines=(Origine(_counted_text(atlas, evenement, compte, sources)),),
        )
    ]


def _counted_text(atlas: Atlas, evenement: Evenement, compte: str, sources: tuple[str, ...]) -> str:
    """Say which CPTS the number of a region counts."""
    date = f", au {date_partielle(evenement.date)}" if evenement.date else ""
    return answer_text(
        f"{TITRES_COMPTE[DEFINITION]} — {_title(evenement)}{date}",
        compte,
        counted_formula(atlas, DEFINITION, evenement.comptees),
        (),
        sources,
    )


def make_region_du_jour(atlas: Atlas, evenement: Evenement) -> list[Diapositive]:
    """Give the numbers published that day.

    Parameters
    ----------
    atlas, evenement
        The event, as :func:`geo.evenement.make_evenement` returns it.

    Returns
    -------
    list
        A slide for each notion of each source, the departments beside their region.
    """
    jalons = evenement.jalons
    diapositives = []
    for code_region in evenement.regions:
        siens = atlas.departements.index[atlas.departements["code_region"] == code_region]
        de_region = (jalons["zone"] == "region") & (jalons["code_zone"] == code_region)
        de_departement = (jalons["zone"] == "departement") & jalons["code_zone"].isin(siens)
        for _, notion in jalons[de_region | de_departement].groupby(
            ["etape_mot_source", "source_id"], sort=False
        ):
            regionaux = notion[notion["zone"] == "region"]
            departements = notion[notion["zone"] == "departement"]
            if regionaux.empty:
                tetes, detail = departements, departements.iloc[:0]
            else:
                tetes = regionaux
                detail = departements.sort_values("valeur", ascending=False, kind="stable")
            diapositives += [_milestone(atlas, tete, detail) for _, tete in tetes.iterrows()]
    return diapositives


def _title(evenement: Evenement) -> str:
    noms = [*evenement.regions.values()]
    return join_words(noms) if len(noms) <= _REGIONS_MAX else f"{len(noms)} régions"


def _among(n: int, toutes: int) -> str:
    """Say how many of the CPTS of an event are counted.

    >>> _among(1, 1), _among(2, 2), _among(1, 3)
    ('dont celle', 'dont les 2', 'dont 1')
    """
    if n < toutes:
        return f"dont {nombre(n)}"
    return "dont celle" if n == 1 else f"dont les {nombre(n)}"


def _subject(evenement: Evenement) -> str:
    noms = [*evenement.regions.values()]
    if len(noms) == 1:
        return f"la région {noms[0]} compte"
    if len(noms) <= _REGIONS_MAX:
        return f"les régions {join_words(noms)} comptent"
    return f"les {len(noms)} régions de ces CPTS comptent"


def _stage_lines(atlas: Atlas, evenement: Evenement) -> tuple[str, ...]:
    fiches = atlas.fiches.loc[list(evenement.cpts_ids)]
    # In the words of the source: above them, the slide says which stages of ours it counts.
    lignes = [f"{clean(fiche['nom'])} : {stage_parts(fiche)[0]}" for _, fiche in fiches.iterrows()]
    if len(lignes) > _NOMS_MAX:
        reste = len(lignes) - _NOMS_MAX + 1
        lignes = [*lignes[: _NOMS_MAX - 1], f"et {nombre(reste)} autres"]
    return tuple(lignes)


def _milestone(atlas: Atlas, jalon: pd.Series, departements: pd.DataFrame) -> Diapositive:
    """Write a published number, with those of the departments where they come with it."""
    etape, valeur = jalon["etape_mot_source"], jalon["valeur"]
    au = f"au {date_partielle(jalon['date'])}"
    zone, compte = published_zone(atlas, jalon), published_value(jalon)
    suite = agree(valeur, *PUBLIES[etape])
    # The name of a department would need its article: « dans l'Yonne ».
    lieu = f"dans la région {zone}," if jalon["zone"] == "region" else f"{zone} :"
    parlee = f"{capitale(au)}, {lieu} {compte} {suite} (chiffre publié)"
    details = [
        f"{published_zone(atlas, d)}, {qualify(d['valeur'], d['qualificatif'])}"
        for _, d in departements.iterrows()
    ]
    if details:
        parlee += f" ; par département : {' ; '.join(details)}"
    return Diapositive(
        "region_du_jour",
        None,
        zone,
        compte,
        f"{suite} {au} (chiffre publié)",
        _not_to_compare(etape),
        f"{parlee}.",
        plain_texts(atlas, [jalon["source_id"], *departements["source_id"]]),
        indicatif=False,
        carte=None,
        graphique=_bars(atlas, departements),
    )


def _not_to_compare(etape: str) -> tuple[str, ...]:
    """Keep a number of projects from being held against that of the CPTS in operation, on the first slide."""
    return ("Une autre étape que « en fonctionnement »",) if etape == "projet_valide" else ()


def _bars(atlas: Atlas, departements: pd.DataFrame) -> Graphique | None:
    """Draw the departments of one notion; the title says which, and when: the chart may be copied alone."""
    if departements.empty:
        return None
    premier = departements.iloc[0]
    etape = premier["etape_mot_source"]
    unite = "projets" if etape in PROJETS else "CPTS"
    return Graphique(
        f"{capitale(unite)} par département ({ETAPES_PUBLIEES[etape]}, {date_partielle(premier['date'])})",
        unite,
        tuple((_bar_label(atlas, d), float(d["valeur"])) for _, d in departements.iterrows()),
    )


def _bar_label(atlas: Atlas, jalon: pd.Series) -> str:
    """Name a bar; a figure that is not exact says so."""
    nom = published_zone(atlas, jalon)
    if jalon["qualificatif"] == "egal":
        return nom
    return f"{nom} ({qualify(jalon['valeur'], jalon['qualificatif'])})"
