"""The slides on one CPTS: its territory, its people, its project; what is not published makes none."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from geo.atlas import Atlas
from geo.evenement import DEFINITION
from geo.fiche import Fiche, make_fiche
from geo.indicateurs.annonces import EXACT
from geo.indicateurs.provenance import Provenance, trace
from geo.indicateurs.registre import Indicateur
from geo.indicateurs.territoire import CPTS, parse_territoire
from geo.rangees import get_row, iterate_rows
from rendu.mots.etapes import stage_parts
from rendu.mots.faits import (
    contradiction_lines,
    count_text,
    perimeter_sources,
    perimeter_words,
    unit,
)
from rendu.mots.francais import (
    POURCENT,
    agree,
    capitale,
    clean,
    count_noun,
    join_words,
    qualify,
)
from rendu.mots.indicateurs import meaning_text, numerator_words, weigh, write_computed
from rendu.mots.paroles import (
    announced,
    announced_sentence,
    inserted,
    join_terms,
    named,
    share_sentence,
    share_words,
    spoken_list,
    stage_sentence,
)
from rendu.mots.partage import name_commune
from rendu.mots.profil import health_rates
from rendu.mots.provenance import provenance_text
from rendu.supports.modele import TERRITOIRE, Diapositive, Origine, split_lignes
from rendu.supports.sources import ground_texts, plain_texts

_LIGNES_MAX = 6
# More names than that on one line are counted.
# Of the words of a source with their day, in characters.
_LONGUE = 70
_NOMS_MAX = 3


def make_cpts(atlas: Atlas, cpts_id: str) -> list[Diapositive]:
    """Make the slides of one CPTS.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_id
        One of ``atlas.fiches``.

    Returns
    -------
    list
        Territory, population, médecin traitant, health as official files say it, priorities, professionals: those
        that are published.

    Raises
    ------
    KeyError
        If there is no such CPTS.
    """
    fiche = make_fiche(atlas, cpts_id)
    ligne = get_row(atlas.fiches, cpts_id)
    faits = atlas.faits_de(cpts_id)
    annonces = [calcul.annonce for calcul in atlas.registre.announced()]
    effectifs = [indicateur.identifiant for indicateur in atlas.registre.counts()]
    return [
        _territoire(atlas, fiche, ligne),
        *_population(atlas, fiche, _announcements(faits, annonces)),
        *_parts(atlas, fiche),
        *_sante(atlas, fiche),
        *_priorites(atlas, ligne),
        *_professionnels(atlas, ligne, _announcements(faits, effectifs)),
    ]


def _announcements(faits: pd.DataFrame, indicateurs: Sequence[str]) -> list[dict[str, Any]]:
    """Return the first published figure of each indicator: a slide has room for one."""
    return [
        {str(nom): valeur for nom, valeur in fait.items()}
        for indicateur in indicateurs
        for fait in faits[faits["indicateur"] == indicateur].to_dict("records")[:1]
    ]


def _slide(
    atlas: Atlas,
    genre: str,
    cpts_id: str,
    phrase: str,
    parlee: str,
    *,
    sources: Sequence[str],
    chiffre: str = "",
    lignes: Sequence[str] = (),
    montree: bool = False,
    indicateurs: Sequence[str] = (),
) -> Diapositive:
    """Make a slide of a CPTS: its map where it is to be shown and known, the origins of what it says of `indicateurs`."""
    ligne = get_row(atlas.fiches, cpts_id)
    montree = montree and bool(ligne["dessinee"])
    contours = ground_texts(atlas, ["contours"]) if montree else ()
    return Diapositive(
        genre,
        cpts_id,
        clean(ligne["nom"]),
        chiffre,
        phrase,
        tuple(lignes),
        parlee,
        tuple(dict.fromkeys([*sources, *contours])),
        indicatif=montree and atlas.is_indicatif(cpts_id),
        carte=TERRITOIRE if montree else None,
        origines=_origins(atlas, cpts_id, indicateurs),
    )


def _origins(atlas: Atlas, cpts_id: str, indicateurs: Sequence[str]) -> tuple[Origine, ...]:
    return tuple(
        Origine(provenance_text(atlas, trace_figure(atlas, cpts_id, i)), i)
        for i in dict.fromkeys(indicateurs)
    )


def trace_figure(atlas: Atlas, cpts_id: str, indicateur: str) -> Provenance:
    """Take apart a figure that the slides give of a CPTS: hypothetical memberships count."""
    territoire = parse_territoire(atlas, f"{CPTS}:{cpts_id}")
    return trace(atlas, atlas.registre[indicateur], territoire, DEFINITION, indicatifs=True)


def _territoire(atlas: Atlas, fiche: Fiche, ligne: pd.Series) -> Diapositive:
    """Say who, when and where; of a perimeter that is not known, that it is not."""
    dit, etape = stage_parts(ligne)
    # The stage is the atlas' reading of what the source says.
    if etape and len(dit) > _LONGUE:
        # Too long to be read in a hall in the size of a title.
        dit, etape = etape, f"selon la source : {dit}"
    lignes = [capitale(etape)] if etape else []
    if fiche.dessinee:
        # The map shows the departments, and the mark of the slide says what the perimeter is worth.
        lignes += _unit_lines(fiche)
        lignes += contradiction_lines(atlas, fiche.cpts_id, clean)
        mots = perimeter_words(atlas, fiche.cpts_id)
        perimetre = mots.replace("périmètre", "son périmètre est", 1)
    else:
        noms = [atlas.departements["nom"].get(code, code) for code in ligne["departements"]]
        lignes += [
            f"{agree(len(noms), 'Département')} : {join_words(noms)}",
            "Aucun périmètre connu",
        ]
        perimetre = "son périmètre n'est pas connu"
    return _slide(
        atlas,
        "territoire",
        fiche.cpts_id,
        capitale(dit),
        f"{capitale(stage_sentence(ligne))} ; {perimetre}.",
        sources=[
            *plain_texts(atlas, [ligne["source_id"], *perimeter_sources(atlas, [fiche.cpts_id])]),
            *(ground_texts(atlas) if fiche.dessinee else ()),
        ],
        lignes=lignes,
        montree=True,
    )


def _unit_lines(fiche: Fiche) -> list[str]:
    """Name the EPCI and the communes of a perimeter, the most populous first."""
    epci = fiche.epci.dropna(subset="nom")
    noms = [
        clean(e.nom) + (" (en partie)" if e.communes < e.communes_unite else "")
        for e in iterate_rows(epci)
    ]
    peuplees = fiche.communes.sort_values("habitants", ascending=False, kind="stable")
    communes = [
        name_commune(clean(nom), part)
        for nom, part in zip(peuplees["nom"], peuplees["part"], strict=True)
    ]
    lignes = [f"{agree(len(noms), 'Intercommunalité')} : {_first(noms)}"] if noms else []
    return [*lignes, f"{agree(len(communes), 'Commune')} : {_first(communes)}"]


def _first(noms: Sequence[str]) -> str:
    """Enumerate the first names, and count the others."""
    reste = len(noms) - _NOMS_MAX
    autres = [count_noun(reste, "autre")] if reste > 0 else []
    return join_terms([*noms[:_NOMS_MAX], *autres])


def _population(
    atlas: Atlas, fiche: Fiche, annonces: Sequence[dict[str, Any]]
) -> list[Diapositive]:
    """Give the inhabitants and the communes: announced first, computed after."""
    calcul = _computed(atlas, fiche)
    if not annonces and not calcul:
        return []
    calcule = atlas.registre.announced()[0]
    population = atlas.registre[calcule.annonce]
    indicatif = " indicatif" if atlas.is_indicatif(fiche.cpts_id) else ""
    lignes = []
    if annonces:
        premiere, *autres = annonces
        chiffre = qualify(premiere["valeur"], premiere["qualificatif"])
        phrase = f"{unit(atlas.registre, premiere)} {announced(atlas.registre, [premiere])}"
        phrase += "".join(f", dans {count_text(atlas.registre, annonce)}" for annonce in autres)
        parlee = f"{capitale(announced_sentence(atlas.registre, annonces))} pour {named(fiche.nom)}"
        if premiere["indicateur"] != population.identifiant:
            lignes.append(f"{population.libelle} : {population.absence}")
            parlee += ", dont la population n'est pas publiée"
        if calcul:
            lignes.append(f"Calculé sur le périmètre{indicatif} : {calcul}")
            parlee += f" ; le calcul sur son périmètre{indicatif} donne {calcul}"
    else:
        chiffre, habitants = _count(fiche, calcule)
        communes = " ".join(_count(fiche, atlas.registre["communes"]))
        phrase = f"{habitants} en {calcule.millesime} dans {communes}, par le calcul sur le périmètre{indicatif}"
        lignes.append(f"{population.libelle} : {population.absence}")
        parlee = f"Le calcul sur le périmètre{indicatif} de {inserted(fiche.nom)} donne {calcul}"
    return [
        _slide(
            atlas,
            "population",
            fiche.cpts_id,
            phrase,
            f"{parlee}.",
            sources=[
                *plain_texts(atlas, (annonce["source_id"] for annonce in annonces)),
                *(ground_texts(atlas) if fiche.dessinee else ()),
            ],
            chiffre=chiffre,
            lignes=lignes,
            montree=True,
            indicateurs=[
                *(annonce["indicateur"] for annonce in annonces),
                *((i.identifiant for i in atlas.registre.announced()) if fiche.dessinee else ()),
            ],
        )
    ]


def _computed(atlas: Atlas, fiche: Fiche) -> str:
    """Write the inhabitants and the communes of the perimeter; empty without one."""
    if not fiche.dessinee:
        return ""
    population, *autres = (" ".join(_count(fiche, i)) for i in atlas.registre.announced())
    millesime = atlas.registre.announced()[0].millesime
    return join_words([f"{population} en {millesime}", *autres])


def _count(fiche: Fiche, calcul: Indicateur) -> tuple[str, str]:
    """Write a computed count, and its noun."""
    compte = fiche.ecarts[calcul.identifiant].calcule or 0
    vaut = weigh(calcul, EXACT, fiche.confiance)
    return write_computed(calcul, compte, vaut, court=False), agree(compte, *calcul.noms)


def _parts(atlas: Atlas, fiche: Fiche) -> list[Diapositive]:
    """Make a slide a share: those of different bases never stand side by side."""
    diapositives = []
    for part in fiche.parts.to_dict("records"):
        indicateur = atlas.registre[part["indicateur"]]
        phrase = share_sentence(indicateur, part["valeur"], part["qualificatif"], part["base"])
        combien = numerator_words(part["numerateur"])
        parlee = f"{_publication(atlas, part['source_id'])}, sur le territoire de {named(fiche.nom)}, {phrase}"
        if combien:
            parlee += f", soit {combien}"
        diapositives.append(
            _slide(
                atlas,
                "medecin_traitant",
                fiche.cpts_id,
                share_words(indicateur, part["base"]),
                f"{parlee}.",
                sources=plain_texts(atlas, [part["source_id"]]),
                chiffre=qualify(part["valeur"], part["qualificatif"], POURCENT),
                lignes=[f"Soit {combien}"] if combien else (),
                montree=True,
                indicateurs=[part["indicateur"]],
            )
        )
    return diapositives


def _publication(atlas: Atlas, source_id: str) -> str:
    """Say of which year a spoken figure is: that of its source."""
    date = get_row(atlas.sources, source_id)["date"]
    return f"Selon une publication {f'de {date[:4]}' if isinstance(date, str) else 'sans date'}"


def _sante(atlas: Atlas, fiche: Fiche) -> list[Diapositive]:
    """Say a few official rates, each with its sources; no slide where no official indicator is loaded."""
    taux = health_rates(atlas, fiche.cpts_id)
    if not taux:
        return []
    indicatif = " (périmètre indicatif)" if atlas.is_indicatif(fiche.cpts_id) else ""
    return [
        _slide(
            atlas,
            "sante",
            fiche.cpts_id,
            f"Santé : {agree(len(taux), 'un indicateur officiel', 'indicateurs officiels')}{indicatif}",
            f"Pour {named(fiche.nom)}, {' ; '.join(clean(texte) for _, texte in taux)}.",
            sources=plain_texts(atlas, (i for s, _ in taux for i in s.indicateur.sources)),
            lignes=[
                clean(ligne)
                for s, texte in taux
                for ligne in (texte, meaning_text(s.indicateur))
                if ligne
            ],
            indicateurs=[s.indicateur.identifiant for s, _ in taux],
        )
    ]


def _priorites(atlas: Atlas, ligne: pd.Series) -> list[Diapositive]:
    termes = [clean(terme) for terme in ligne["priorites"]]
    if not termes:
        return []
    modele = _slide(
        atlas,
        "priorites",
        str(ligne.name),
        agree(len(termes), "Sa priorité", "Ses priorités"),
        f"{_published(termes, 'priorité')} de {inserted(ligne['nom'])}",
        sources=plain_texts(atlas, [ligne["source_id"]]),
    )
    return _list_slides(modele, termes)


def _professionnels(
    atlas: Atlas, ligne: pd.Series, annonces: Sequence[dict[str, Any]]
) -> list[Diapositive]:
    """Give who takes part: announced numbers, then the partners."""
    comptes = [count_text(atlas.registre, annonce) for annonce in annonces]
    # A partner that is one of these numbers would be said twice.
    partenaires = [p for p in map(clean, ligne["partenaires"]) if _key(p) not in map(_key, comptes)]
    if not annonces and not partenaires:
        return []
    chiffre = ""
    phrase = agree(len(partenaires), "Son partenaire", "Ses partenaires")
    parlee = f"{_published(partenaires, 'partenaire')} de {inserted(ligne['nom'])}"
    source_ids = [annonce["source_id"] for annonce in annonces]
    if partenaires:
        source_ids.append(ligne["source_id"])
    if annonces:
        chiffre = qualify(annonces[0]["valeur"], annonces[0]["qualificatif"])
        noms = join_words([unit(atlas.registre, annonces[0]), *comptes[1:]])
        phrase = f"{noms} {announced(atlas.registre, annonces)}"
        dite = (
            f"{capitale(announced_sentence(atlas.registre, annonces))} pour {named(ligne['nom'])}"
        )
        if partenaires:
            suite = agree(len(partenaires), "ce partenaire", "ces partenaires")
            phrase += f", avec {suite} :"
            parlee = f"{dite} ; {agree(len(partenaires), 'son partenaire publié', 'ses partenaires publiés')}"
        else:
            parlee = f"{dite}."
    modele = _slide(
        atlas,
        "professionnels",
        str(ligne.name),
        phrase,
        parlee,
        sources=plain_texts(atlas, source_ids),
        chiffre=chiffre,
        indicateurs=[annonce["indicateur"] for annonce in annonces],
    )
    return _list_slides(modele, partenaires) if partenaires else [modele]


def _key(texte: str) -> str:
    return clean(texte).casefold()


def _published(termes: Sequence[str], nom: str) -> str:
    feminin = "e" if nom == "priorité" else ""
    article = "La" if feminin else "Le"
    return agree(len(termes), f"{article} {nom} publié{feminin}", f"Les {nom}s publié{feminin}s")


def _list_slides(modele: Diapositive, termes: Sequence[str]) -> list[Diapositive]:
    """Share a list between slides; the first one says whose it is."""
    etre = agree(len(termes), "est", "sont")
    return [
        replace(
            diapositive,
            lignes=tuple(capitale(terme) for terme in diapositive.lignes),
            parlee=f"{'Et aussi' if rang else f'{modele.parlee} {etre}'} : {spoken_list(diapositive.lignes)}.",
        )
        for rang, diapositive in enumerate(split_lignes(modele, termes, _LIGNES_MAX))
    ]
