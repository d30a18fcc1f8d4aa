"""The coverage, by department."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.libelles import PAR_PART
from geo.regles.completude import study_departements
from geo.regles.comptes import QUOI
from geo.regles.couverture import (
    INDETERMINEE,
    Couverture,
    count_blanches,
    measure_couverture,
    split_couverture,
)
from rendu.api.modele import RAISON, SOURCES, Ouverte, Page, Rangee
from rendu.api.parametres import ParametresInvalides
from rendu.api.refus import Faute
from rendu.api.tables import BOOLEEN, ENTIER, NOMBRE, TEXTE, Champ
from rendu.mots.couverture import coverage_sentence
from rendu.mots.faits import fact_sources, ground_sources
from rendu.mots.francais import ETABLIS_ET_INDICATIFS, QUALIFICATIFS_SEULS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.atlas import Atlas

_SANS_PERIMETRE_ETABLI = "aucun_perimetre"


def champs_couverture(atlas: Atlas) -> tuple[Champ, ...]:
    """Describe the fields of the coverage."""
    annee = atlas.millesimes.population
    noms = {"population": f"habitants ({annee})", "communes": "communes"}
    comptes = [
        champ
        for quoi in QUOI
        for champ in (
            Champ(quoi, ENTIER, f"{noms[quoi]} en tout"),
            Champ(f"{quoi}_couverts_etablis", ENTIER, f"{noms[quoi]} couverts par un périmètre établi : un minimum, sauf « qualificatif » vide"),
            Champ(f"{quoi}_couverts_avec_indicatifs", ENTIER, f"{noms[quoi]} couverts, périmètres {ETABLIS_ET_INDICATIFS}"),
            Champ(f"{quoi}_en_zone_blanche", ENTIER, f"{noms[quoi]} en zone blanche ; null : la liste des CPTS est incomplète, on ne sait pas"),
            Champ(f"{quoi}_sans_perimetre_connu", ENTIER, f"{noms[quoi]} sans périmètre connu qui compte : ne veut pas dire non couverts"),
            Champ(f"part_{quoi}_etablie_pct", NOMBRE, f"part des {noms[quoi]} couverts par un périmètre établi, en %"),
            Champ(f"part_{quoi}_avec_indicatifs_pct", NOMBRE, f"la même, périmètres {ETABLIS_ET_INDICATIFS}"),
        )
    ]  # fmt: skip
    return (
        Champ("code_departement", TEXTE, "code du département ; null pour l'ensemble des départements choisis"),
        Champ("nom", TEXTE, "nom du département, ou « Ensemble »"),
        Champ("definition", TEXTE, "ce que « couvert » veut dire : son code"),
        Champ("definition_libelle", TEXTE, "le même, en toutes lettres"),
        Champ("texte", TEXTE, "la couverture en une phrase, celle de l'écran"),
        Champ("qualificatif", TEXTE, "ce que valent les couverts : au moins ou inconnu ; vide : tels quels"),
        *comptes,
        Champ("cpts_comptees", ENTIER, "CPTS qui comptent à cette définition"),
        Champ("cpts_sans_perimetre", ENTIER, "celles d'entre elles dont le périmètre n'est pas connu"),
        Champ("complet", BOOLEEN, "toutes les CPTS y sont connues et dessinées"),
        RAISON,
        Champ("millesime", TEXTE, "année de la population"),
        SOURCES,
    )  # fmt: skip


def open_couverture(page: Page) -> Ouverte:
    """Filter the coverage."""
    atlas, demande = page.atlas, page.demande
    etude = study_departements(atlas)
    choisis = tuple(code for code in demande.dep if code in etude)
    if demande.dep and len(choisis) < len(demande.dep):
        dehors = ", ".join(sorted(set(demande.dep) - set(etude)))
        dit = f"Hors de la zone d'étude, rien ne se dit de la couverture : {dehors}."
        raise ParametresInvalides([Faute("dep", dit, f"Départements : {', '.join(etude)}.")])

    def describe(codes: Sequence[Any]) -> list[Rangee]:
        ensemble = measure_couverture(atlas, choisis, demande.couvert)
        par_departement = split_couverture(atlas, ensemble)
        noms = atlas.departements["nom"]
        return [
            {
                "code_departement": code or None,
                "nom": str(noms[code]) if code else "Ensemble",
                **_cover(atlas, par_departement[code] if code else ensemble),
            }
            for code in codes
        ]

    return Ouverte(
        ["", *(choisis or etude)],
        describe,
        sources=lambda _: [
            *ground_sources(atlas),
            *fact_sources(atlas, atlas.cpts_dans(choisis)),
        ],
        avis=(PAR_PART,) if (atlas.adhesions["part"] < 1).any() else (),
    )


def _cover(atlas: Atlas, couverture: Couverture) -> Rangee:
    """Write a coverage; a minimum of nobody is not known, rather than none."""
    certaine = couverture.exacte or couverture.pleine
    dites = {
        indicatifs: certaine or couverture.couverts(indicatifs=indicatifs).communes > 0
        for indicatifs in (False, True)
    }
    comptes: Rangee = {}
    for quoi in QUOI:
        blanches = count_blanches(couverture.par_departement, quoi)
        parts = {i: couverture.part_pct(quoi, indicatifs=i) for i in (False, True)}
        comptes[quoi] = getattr(couverture.total, quoi)
        for indicatifs, suffixe in ((False, "etablis"), (True, "avec_indicatifs")):
            nombre = getattr(couverture.couverts(indicatifs=indicatifs), quoi)
            comptes[f"{quoi}_couverts_{suffixe}"] = nombre if dites[indicatifs] else None
        comptes[f"{quoi}_en_zone_blanche"] = None if blanches.isna().any() else int(blanches.sum())
        comptes[f"{quoi}_sans_perimetre_connu"] = getattr(
            couverture.compte(INDETERMINEE, indicatifs=True), quoi
        )
        for indicatifs, suffixe in ((False, "etablie"), (True, "avec_indicatifs")):
            part = parts[indicatifs] if dites[indicatifs] else None
            comptes[f"part_{quoi}_{suffixe}_pct"] = None if part is None else round(part, 1)
    return {
        "definition": couverture.definition,
        "definition_libelle": couverture.libelle,
        "texte": coverage_sentence(couverture, indicatifs=True, write=str).replace("**", ""),
        "qualificatif": QUALIFICATIFS_SEULS["egal"]
        if certaine
        else "au moins"
        if dites[False]
        else "inconnu",
        **comptes,
        "cpts_comptees": couverture.n_cpts,
        "cpts_sans_perimetre": couverture.n_cpts_sans_perimetre,
        "complet": couverture.complete,
        "raison": "" if dites[False] else _SANS_PERIMETRE_ETABLI,
        "millesime": atlas.millesimes.population,
        "sources": list(ground_sources(atlas)),
    }
