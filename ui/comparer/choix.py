"""The choice of the territories to compare, and what their comparison says in a sentence."""

from collections import Counter

import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.ecarts import Cellule, Comparaison, compare
from geo.indicateurs.mesures import Mesure
from geo.indicateurs.territoire import (
    COMMUNES,
    CPTS,
    DEPARTEMENT,
    FRANCE,
    MAX_TERRITOIRES,
    MIN_TERRITOIRES,
    REGION,
    Territoire,
    list_choices,
    parse_territoire,
)
from geo.perimetre import is_indicatif
from geo.rangees import iterate_rows
from geo.recherche.saisie import read_communes
from geo.regles.couverture import find_assise
from rendu.mots.comparaison import GENRES, RAISONS, is_about, times_text
from rendu.mots.couverture import deduced_text, masked_text
from rendu.mots.francais import count_noun, escape_markdown, join_words, nombre, qualify
from rendu.mots.indicateurs import about, weigh, write_about, write_computed
from ui.commun.adresse import Filtres, key, to_params, update_address
from ui.commun.atlas import PAR_EMPREINTE, PAR_ETATS

_LISTE = "comparer_liste"
_PROBLEMES = "comparer_problemes"
_FRANCE = "**France** : d'elle, seuls les indicateurs des fichiers officiels sont connus."


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def _choices(atlas: Atlas) -> dict[str, str]:
    """Return the label of every territory that bears a name, in the order they are offered."""
    choix = list_choices(atlas)
    # The departments tell homonyms apart, and are searched for.
    return {
        adresse: _label(c.genre, c.nom)
        + (f" ({', '.join(c.departements)})" if c.genre not in (REGION, FRANCE) else "")
        for adresse, c in zip(choix.index, iterate_rows(choix), strict=True)
    }


def _label(genre: str, nom: str) -> str:
    """Write the kind before a name that does not begin with it."""
    return nom if nom.startswith(GENRES[genre]) else f"{GENRES[genre]} · {nom}"


def _distinct(libelles: dict[str, str]) -> dict[str, str]:
    """Add a number to the labels that repeat an earlier one: widgets know options by their labels.

    >>> _distinct({"a": "Gray", "b": "Gray", "c": "Dole"})
    {'a': 'Gray', 'b': 'Gray (2)', 'c': 'Dole'}
    """
    vus: Counter[str] = Counter()
    distincts = {}
    for adresse, libelle in libelles.items():
        vus[libelle] += 1
        distincts[adresse] = libelle if vus[libelle] == 1 else f"{libelle} ({vus[libelle]})"
    return distincts


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=PAR_EMPREINTE)
def _territoire(atlas: Atlas, adresse: str) -> Territoire:
    return parse_territoire(atlas, adresse)


@st.cache_resource(show_spinner="Comparaison…", max_entries=128, hash_funcs=PAR_ETATS)
def _comparaison(
    atlas: Atlas, adresses: tuple[str, ...], reference: str, definition: str, indicatifs: bool
) -> Comparaison:
    territoires = [_territoire(atlas, adresse) for adresse in adresses]
    return compare(atlas, territoires, reference, definition, indicatifs=indicatifs)


def draw_choix(atlas: Atlas, filtres: Filtres) -> Comparaison | None:
    """Draw the choice of territories and of the reference, and compare them.

    Returns
    -------
    Comparaison or None
        ``None`` while fewer than two are chosen.
    """
    _tidy()
    libelles = _choices(atlas)
    choisis = st.session_state[key("t")]
    listes = {
        a: _label(COMMUNES, _territoire(atlas, a).nom)
        for a in choisis
        if a.startswith(f"{COMMUNES}:")
    }
    libelles = _distinct(libelles | listes)
    gauche, droite = st.columns([3, 1], gap="medium")
    with gauche:
        st.multiselect(
            f"Territoires à comparer ({MIN_TERRITOIRES} à {MAX_TERRITOIRES})",
            list(libelles),
            format_func=libelles.__getitem__,
            key=key("t"),
            max_selections=MAX_TERRITOIRES,
            placeholder="CPTS, département, intercommunalité, région…",
            select_all=False,
        )
    with droite:
        st.selectbox(
            "Référence",
            choisis,
            index=None,
            format_func=libelles.__getitem__,
            key=key("ref"),
            placeholder=libelles[choisis[0]] if choisis else "la première choisie",
        )
    with st.expander("Ajouter une liste de communes"):
        _draw_liste(atlas)
    if len(choisis) < MIN_TERRITOIRES:
        return None
    reference = st.session_state[key("ref")] or choisis[0]
    return _comparaison(atlas, tuple(choisis), reference, filtres.couvert, filtres.indicatifs)


def _tidy() -> None:
    """Bring what a link asked for to what the widgets can hold, and say what was left out."""
    etat = st.session_state
    trop = etat[key("t")][MAX_TERRITOIRES:]
    if trop:
        etat[key("t")] = etat[key("t")][:MAX_TERRITOIRES]
        st.caption(
            f":material/info: On compare au plus {MAX_TERRITOIRES} territoires : les suivants sont laissés "
            f"({escape_markdown(', '.join(trop))})."
        )
    # Written again, or a widget whose options change would forget its value.
    etat[key("t")] = list(etat[key("t")])
    etat[key("ref")] = etat[key("ref")] if etat[key("ref")] in etat[key("t")] else None
    update_address()


def _draw_liste(atlas: Atlas) -> None:
    st.text_area(
        "Codes INSEE ou noms, séparés par des virgules, des points-virgules ou des retours à la ligne",
        key=_LISTE,
        placeholder="70311, 70550\nFougerolles-Saint-Valbert",
        height=100,
    )
    plein = len(st.session_state[key("t")]) >= MAX_TERRITOIRES
    st.button("Ajouter cette liste", on_click=_add_liste, args=(atlas,), disabled=plein)
    if plein:
        st.caption(f"Déjà {MAX_TERRITOIRES} territoires : en retirer un pour ajouter une liste.")
    for probleme in st.session_state.pop(_PROBLEMES, ()):
        st.warning(f"{escape_markdown(probleme.message)}  \n{escape_markdown(probleme.remede)}")


def _add_liste(atlas: Atlas) -> None:
    """Add the list that was pasted, or keep what is wrong with it for the next run."""
    etat = st.session_state
    saisie = read_communes(atlas, etat[_LISTE])
    etat[_PROBLEMES] = saisie.problemes
    if saisie.problemes:
        return
    adresse = f"{COMMUNES}:{'.'.join(saisie.codes)}"
    if adresse not in etat[key("t")]:
        etat[key("t")] = [*etat[key("t")], adresse]
    etat[_LISTE] = ""


def draw_exemples(atlas: Atlas, filtres: Filtres) -> None:
    """Say how to begin, with a few links made from the data."""
    st.markdown(
        "Choisir deux à quatre territoires : ils sont dessinés à la même échelle, et chaque chiffre est donné avec son "
        "écart à la référence. Par exemple :"
    )
    for adresses in _examples(atlas):
        noms = [_territoire(atlas, adresse).nom for adresse in adresses]
        st.page_link(
            "pages/comparer.py",
            label=escape_markdown(join_words(noms)),
            icon=":material/compare_arrows:",
            query_params=to_params(filtres) | {"t": ",".join(adresses)},
        )


def _examples(atlas: Atlas) -> list[list[str]]:
    """Choose the most populous CPTS drawn, one with its department, and departments."""
    population = atlas.territoires["population"]
    grandes = list(population.sort_values(ascending=False, kind="stable").index[:3])
    etude = atlas.communes[atlas.communes["etude"]]
    departements = etude.groupby("code_departement")["population"].sum()
    exemples = [[f"{CPTS}:{i}" for i in grandes]]
    if grandes:
        sien = min(atlas.fiches.loc[grandes[0], "departements"])
        exemples.append([f"{CPTS}:{grandes[0]}", f"{DEPARTEMENT}:{sien}"])
    grands = departements.sort_values(ascending=False, kind="stable").index[:MAX_TERRITOIRES]
    exemples.append([f"{DEPARTEMENT}:{code}" for code in grands])
    return [exemple for exemple in exemples if len(exemple) >= MIN_TERRITOIRES]


def draw_phrases(atlas: Atlas, comparaison: Comparaison) -> None:
    """Say the main thing in words, then what the reader has to know of the territories."""
    st.markdown("\n".join(f"- {phrase}" for phrase in sentences(atlas, comparaison)))
    notes = [note for t in comparaison.territoires for note in _notes(atlas, t, comparaison)]
    if notes:
        st.caption("  \n".join(notes))


def sentences(atlas: Atlas, comparaison: Comparaison) -> list[str]:
    """Set the population and the density of each territory against the reference, as Markdown."""
    rang = [t.adresse for t in comparaison.territoires].index(comparaison.reference)
    populations, densites = comparaison.ligne("population"), comparaison.ligne("densite")
    annonces = comparaison.ligne("population_annoncee") or (None,) * len(populations)
    annee, densites_de = atlas.millesimes.population, atlas.registre["densite"]
    phrases = []
    for place, territoire in enumerate(comparaison.territoires):
        if territoire.genre == FRANCE:
            phrases.append(_FRANCE)
            continue
        phrase = f"**{escape_markdown(territoire.nom)}**"
        phrase += " (référence) : " if place == rang else " : "
        phrase += _population_text(populations[place].mesure, annonces[place], annee)
        if _is_cut(territoire, comparaison):
            phrase += ", partie établie du périmètre seulement"
        if place != rang:
            # Where the announced figure leads, it is not the one that is compared.
            indicatif = any(is_indicatif(populations[i].mesure.confiance) for i in (place, rang))
            phrase += _against(
                populations[place].mesure,
                populations[rang].mesure,
                " que la référence" + (" par le calcul" if indicatif else ""),
                environ=indicatif,
            )
        densite = densites[place].mesure
        if densite.valeur is not None:
            qualificatif = weigh(densites_de, densite.qualificatif, densite.confiance)
            phrase += f" ; {write_computed(densites_de, densite.valeur, qualificatif, 1, court=False)} hab./km²"
            if place != rang:
                autre = densites[rang].mesure
                environ = any(is_about(densites_de, mesure) for mesure in (densite, autre))
                phrase += _against(densite, autre, "", environ=environ)
        phrases.append(phrase + ".")
    # The one that the others are set against comes first.
    return [phrases.pop(rang), *phrases]


def _population_text(calcul: Mesure, annonce: Cellule | None, annee: str) -> str:
    """Write the population; where the perimeter is indicative the announced figure leads."""
    annoncee = ""
    if annonce is not None and annonce.mesure.valeur is not None:
        annoncee = qualify(annonce.mesure.valeur, annonce.mesure.qualificatif)
    if calcul.valeur is None:
        texte = f"population {RAISONS[calcul.raison or '']}".replace(
            "non calculé ", "non calculée "
        )
        return f"{annoncee} habitants annoncés, {texte}" if annoncee else texte
    if is_indicatif(calcul.confiance):
        indicatif = write_about(calcul.valeur, environ=True)
        ou = f"en {annee} sur un périmètre indicatif"
        if annoncee:
            return f"{annoncee} habitants annoncés ({indicatif} calculés {ou})"
        return f"{indicatif} habitants calculés {ou}"
    suite = f" ({annoncee} annoncés)" if annoncee else ""
    return f"{nombre(calcul.valeur)} habitants en {annee}{suite}"


def _against(mesure: Mesure, reference: Mesure, suite: str, *, environ: bool) -> str:
    # Nothing is so many times nobody.
    if not mesure.valeur or not reference.valeur:
        return ""
    dit = times_text(mesure.valeur, reference.valeur)
    return f", soit {about(dit, court=False) if environ else dit}{suite}"


def _is_cut(territoire: Territoire, comparaison: Comparaison) -> bool:
    """Tell whether the established part of a CPTS stands for the whole."""
    return bool(territoire.codes_etablis) and not (
        comparaison.indicatifs or territoire.codes_etablis == territoire.codes_communes
    )


def _coverage_notes(atlas: Atlas, territoire: Territoire, comparaison: Comparaison) -> list[str]:
    """Say what the coverage of a territory rests on that is less sure than a published perimeter."""
    assise = find_assise(atlas, territoire.codes_communes, comparaison.definition)
    dits = []
    if deduits := deduced_text(assise.n_perimetres, assise.n_deduits):
        dits.append(f"habitants couverts {deduits}")
    if assise.masques.communes and not comparaison.indicatifs:
        dits.append(masked_text(assise.masques))
    return [f"{escape_markdown(territoire.nom)} : {' ; '.join(dits)}."] if dits else []


def _notes(atlas: Atlas, territoire: Territoire, comparaison: Comparaison) -> list[str]:
    """Say what is left out, which codes were followed, and what lies outside the study area."""
    if territoire.genre == FRANCE:
        return []
    nom = escape_markdown(territoire.nom)
    notes = []
    if _is_cut(territoire, comparaison):
        notes.append(
            f"{nom} : sans les périmètres indicatifs, {count_noun(len(territoire.codes_etablis), 'commune')} sur "
            f"environ {nombre(len(territoire.codes_communes))} ; les chiffres annoncés sont ceux de la CPTS entière."
        )
    if territoire.genre != CPTS:
        notes += _coverage_notes(atlas, territoire, comparaison)
    if territoire.absorbees:
        suivis = join_words(
            f"{ancien} → {actuel} {escape_markdown(atlas.communes['nom'][actuel])}"
            for ancien, actuel in territoire.absorbees
        )
        notes.append(
            f"{nom} : codes de communes absorbées, suivis jusqu'à celle d'aujourd'hui : {suivis}."
        )
    masque = territoire.genre == CPTS and not comparaison.indicatifs
    montrees = territoire.codes_etablis if masque else territoire.codes_communes
    if dehors := set(territoire.hors_etude).intersection(montrees):
        notes.append(
            f"{nom} : {count_noun(len(dehors), 'commune')} sur {nombre(len(montrees))} hors de la zone d'étude, où les "
            "CPTS ne sont connues qu'en partie."
        )
    return notes
