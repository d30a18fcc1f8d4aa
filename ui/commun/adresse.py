"""Filters and address are one thing: a link reopens the same screen, and Back undoes a choice.

Streamlit's own ``bind="query-params"`` loses the filters when a page link is followed and drops invalid
values before they can be told. Here the address is read into ``session_state`` before the widgets are drawn,
and written back from it; widgets only carry the key ``key("dep")``.
"""

import re
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.niveaux import CPTS
from geo.indicateurs.registre import Registre
from geo.indicateurs.territoire import TerritoiresConnus
from geo.lecture.dates import is_plausible
from geo.regles.completude import study_departements
from geo.regles.couverture import DEFINITIONS
from geo.regles.zones import zone_measures
from rendu.mots.indicateurs import NIVEAUX, map_choices

# What the session remembers: the page and the address last written, the filters they say, and what the links carry.
_DERNIERE = "page_et_adresse_ecrites"
_DONNEES = "donnees_lues"
_FILTRES = "derniers_filtres"
_LIENS = "adresse_des_liens"
_IGNORES = "adresse_ignoree"
_TOUR = "adresses_lues"
# The filters that a fragment changes by itself (ui/accueil/carte_coloree.py, ui/deploiement/lecture.py).
_DE_FRAGMENT = ("ind", "ind2", "niveau", "fond", "date")
# The only page with slides.
PAGE_DU_LECTEUR = "pages/presentation.py"


@dataclass(frozen=True, slots=True)
class Filtres:
    """What the address says.

    Attributes
    ----------
    reg, dep
        Chosen regions and departments; empty, the study area.
    statut
        Chosen stages; empty, every living one.
    couvert
        The definition of « couvert ».
    complet, incomplet
        Departments declared complete, or not, for this session, whatever the file says.
    ind, ind2, niveau, indicatifs, fond
        Colours of the map, a second indicator crossed with the first, what it is painted by, indicative perimeters shown, base map asked for.
    cpts, zone, commune
        The chosen CPTS, the chosen zone by its most populous commune, and the commune that is looked for.
    tri, tri2
        The measure that zones are ranked by, without it the first of
        :func:`geo.regles.zones.zone_measures`, and the one it is compared with.
    croissant
        Whether the least comes first.
    t, ref
        The territories compared, and the one that the others are set against.
    differences
        Whether the comparison leaves out the rows that say the same of every territory.
    date
        The date of the roll-out, ISO 8601.
    evenement
        Every CPTS of the address when it names more than one: those of a launch event, `cpts` being the first.
    n
        The slide that the event is at, from 1. The player writes it, not the session.
    scenario
        The scenario that is composed.
    """

    reg: tuple[str, ...] = ()
    dep: tuple[str, ...] = ()
    statut: tuple[str, ...] = ()
    couvert: str = "fonctionnement"
    complet: tuple[str, ...] = ()
    incomplet: tuple[str, ...] = ()
    ind: str = "cpts"
    ind2: str | None = None
    niveau: str = CPTS
    indicatifs: bool = True
    fond: bool = False
    cpts: str | None = None
    zone: str | None = None
    commune: str | None = None
    tri: str | None = None
    tri2: str | None = None
    croissant: bool = False
    t: tuple[str, ...] = ()
    ref: str | None = None
    differences: bool = False
    date: str | None = None
    evenement: tuple[str, ...] = ()
    n: str | None = None
    scenario: str | None = None


_CITE_MAX = 40
# What a parameter asks for, in the words of the screen.
_DEMANDES = {
    "reg": "région",
    "dep": "département",
    "statut": "étape",
    "couvert": "définition de « couvert »",
    "complet": "département déclaré complet",
    "incomplet": "département déclaré incomplet",
    "ind": "indicateur de la carte",
    "ind2": "second indicateur de la carte",
    "niveau": "niveau de la carte",
    "indicatifs": "affichage des périmètres indicatifs",
    "fond": "fond de carte",
    "cpts": "CPTS",
    "zone": "zone",
    "commune": "commune",
    "tri": "classement des zones",
    "tri2": "second classement des zones",
    "croissant": "ordre du classement",
    "t": "territoire à comparer",
    "ref": "territoire de référence",
    "differences": "affichage des seules différences",
    "date": "date",
    "n": "diapositive",
    "scenario": "scénario",
}
_JOUR = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class _Jours:
    """Every day that the CPTS can have, as ISO 8601: between two dates of the roll-out, the state is that of the first."""

    def __contains__(self, texte: object) -> bool:
        return _JOUR.fullmatch(str(texte)) is not None and is_plausible(str(texte))


@dataclass(frozen=True, eq=False)
class _Indicateurs:
    """The indicators that a parameter may name, and what else means one of them."""

    registre: Registre
    connus: Collection[str]

    def __contains__(self, nom: object) -> bool:
        return self.resolve(str(nom)) is not None

    def resolve(self, nom: str) -> str | None:
        """See :meth:`geo.indicateurs.registre.Registre.resolve`."""
        return self.registre.resolve(nom, self.connus)


class _Rangs:
    """Every rank of a slide: the player itself knows how many there are."""

    def __contains__(self, texte: object) -> bool:
        return re.fullmatch(r"[1-9]\d{0,3}", str(texte), re.ASCII) is not None


class _Scenarios:
    """Every identifier of a scenario: the page of the workshop says whether there is one."""

    def __contains__(self, texte: object) -> bool:
        return re.fullmatch(r"[0-9a-f]{16}", str(texte), re.ASCII) is not None


PAR_DEFAUT = Filtres()
NOMS = tuple(Filtres.__slots__)


def key(nom: str) -> str:
    """Name the session key, which is also the widget key, of a parameter."""
    return f"filtre_{nom}"


def choices(atlas: Atlas) -> dict[str, Any]:
    """List the values that each parameter accepts."""
    departements = list(study_departements(atlas))
    territoires = TerritoiresConnus(atlas)
    indicateurs = _Indicateurs(atlas.registre, list(map_choices(atlas)))
    mesures = _Indicateurs(atlas.registre, zone_measures(atlas))
    return {
        "reg": sorted(atlas.departements.loc[departements, "code_region"].unique()),
        "dep": departements,
        "statut": list(atlas.statuts.sort_values("ordre").index),
        "couvert": list(DEFINITIONS),
        "complet": departements,
        "incomplet": departements,
        "ind": indicateurs,
        "ind2": indicateurs,
        "niveau": NIVEAUX,
        "indicatifs": ("0", "1"),
        "fond": ("0", "1"),
        "cpts": list(atlas.fiches.index),
        "zone": atlas.communes.index,
        "commune": atlas.communes.index,
        "tri": mesures,
        "tri2": mesures,
        "croissant": ("0", "1"),
        "t": territoires,
        "ref": territoires,
        "differences": ("0", "1"),
        "date": _Jours(),
        "n": _Rangs(),
        "scenario": _Scenarios(),
    }


def parse(
    parametres: Mapping[str, str], choix: Mapping[str, Container[str]]
) -> tuple[Filtres, list[tuple[str, str]]]:
    """Read filters from an address.

    Parameters
    ----------
    parametres
        The query parameters; several values of one parameter are separated by commas.
    choix
        The accepted values of each parameter.

    Returns
    -------
    tuple
        The filters, with the default wherever a value is unknown, and the unknown names and values.
        Of a series of which the year is no longer there, the latest one is meant.
    """
    valeurs: dict[str, Any] = {}
    ignores = []
    for nom, texte in parametres.items():
        connus = choix.get(nom)
        if connus is None:
            ignores.append((nom, texte))
            continue
        demandes = [valeur for valeur in dict.fromkeys(texte.split(",")) if valeur]
        retenus = [valeur for valeur in demandes if valeur in connus]
        if isinstance(connus, _Indicateurs):
            retenus = [str(connus.resolve(valeur)) for valeur in retenus]
        ignores += [(nom, valeur) for valeur in demandes if valeur not in connus]
        defaut = getattr(PAR_DEFAUT, nom)
        if isinstance(defaut, tuple):
            valeurs[nom] = tuple(retenus)
        elif retenus:
            valeurs[nom] = retenus[0] == "1" if isinstance(defaut, bool) else retenus[0]
            if nom == "cpts" and len(retenus) > 1:
                valeurs["evenement"] = tuple(retenus)
    # A rate of another year may have become the one that it was crossed with.
    if valeurs.get("ind2") == valeurs.get("ind"):
        valeurs.pop("ind2", None)
    return Filtres(**valeurs), ignores


def ignored_text(nom: str, valeur: str) -> str:
    """Say in plain words what an address asks for in vain; it holds whatever one likes, and is cut where it is long.

    >>> ignored_text("dep", "99"), ignored_text("autre", "1")
    ('département « 99 »', 'réglage « autre »')
    """
    demande, dite = (_DEMANDES[nom], valeur) if nom in _DEMANDES else ("réglage", nom)
    return f"{demande} « {shorten_value(dite)} »"


def shorten_value(valeur: str) -> str:
    """Cut what an address says where it is long."""
    return valeur if len(valeur) <= _CITE_MAX else f"{valeur[:_CITE_MAX]}…"


def to_params(filtres: Filtres) -> dict[str, str]:
    """Write filters as query parameters, defaults left out.

    >>> to_params(Filtres(dep=("70", "25"), indicatifs=False))
    {'dep': '70,25', 'indicatifs': '0'}

    An event is written as its CPTS, until another one is chosen.

    >>> to_params(Filtres(cpts="a", evenement=("a", "b"))), to_params(Filtres(cpts="c", evenement=("a", "b")))
    ({'cpts': 'a,b'}, {'cpts': 'c'})
    """
    parametres = {}
    for nom in NOMS:
        valeur = getattr(filtres, nom)
        if nom == "evenement":
            continue
        if nom == "cpts" and filtres.evenement[:1] == (valeur,):
            valeur = filtres.evenement
        if valeur == getattr(PAR_DEFAUT, nom):
            continue
        if isinstance(valeur, tuple):
            parametres[nom] = ",".join(valeur)
        else:
            parametres[nom] = str(int(valeur)) if isinstance(valeur, bool) else valeur
    return parametres


def synchronise(choix: Mapping[str, Container[str]], page: str, donnees: str) -> Filtres:
    """Bring address and session together, before any widget is drawn.

    The address wins when it changed by itself (a link, Back) and when the page did: what an earlier page
    left in the session would not reach the widgets of this one. Otherwise the widgets win, and the address
    follows. Where the data are others, what they no longer hold is let go. Unknown values are kept for
    :func:`ignored`.

    Parameters
    ----------
    choix
        The accepted values of each parameter, as :func:`choices` lists them.
    page
        The path of the page that is drawn, from the root.
    donnees
        What tells the data of this run from others.
    """
    etat = st.session_state
    adresse = st.query_params.to_dict()
    page_precedente, derniere = etat.get(_DERNIERE, (None, None))
    changee = page != page_precedente or _without_n(adresse) != _without_n(derniere or {})
    changee = changee or any(key(nom) not in etat for nom in NOMS)
    if changee or donnees != etat.get(_DONNEES):
        if not changee:
            demandee = to_params(_read_session())
        else:
            demandee = _refresh(adresse) if page != page_precedente else adresse
        etat[_DONNEES] = donnees
        lus, ignores = parse(demandee, choix)
        for nom in NOMS:
            valeur = getattr(lus, nom)
            etat[key(nom)] = list(valeur) if isinstance(valeur, tuple) else valeur
        etat[_IGNORES] = ignores
        tell_again()
    filtres = _write(page)
    etat[_LIENS] = to_params(filtres)
    return filtres


def count_readings() -> int:
    """Count the addresses read so far: what is chosen on the screen changes the address, and is not read from it."""
    return int(st.session_state.get(_TOUR, 0))


def tell_again() -> None:
    """Have the map told what the session says: it was set while the browser had not heard of the last address yet."""
    st.session_state[_TOUR] = count_readings() + 1


def ignored() -> list[tuple[str, str]]:
    """Return the names and values that the last address read asked for in vain."""
    return list(st.session_state.get(_IGNORES, ()))


def current_page() -> str:
    """Return the path of the page that is drawn, as :func:`synchronise` was told."""
    return str(st.session_state[_DERNIERE][0])


def update_address() -> Filtres:
    """Bring the address up to what the session says since :func:`synchronise`."""
    return _write(current_page())


def _write(page: str) -> Filtres:
    """Read the filters from the session and write them to the address."""
    etat = st.session_state
    # The player moves on by itself: only the address knows where it is, and only its page says it.
    rang = st.query_params.get("n", "")
    etat[key("n")] = rang if page == PAGE_DU_LECTEUR and rang in _Rangs() else None
    filtres = etat[_FILTRES] = _read_session()
    parametres = to_params(filtres)
    page_precedente, derniers = etat.get(_DERNIERE, (page, None))
    # A link to the page that is already there brings its parameters, but leaves the browser's address. A link to
    # another page writes them itself: told again, they may come before the page, and spoil the address left behind.
    laissee = page == page_precedente and parametres != derniers
    if laissee or parametres != st.query_params.to_dict():
        st.query_params.from_dict(parametres)
    etat[_DERNIERE] = (page, parametres)
    return filtres


def _read_session() -> Filtres:
    """Read the filters of the session.

    Streamlit forgets the widgets of the page that was left, after this one is drawn: a fragment finds them gone.
    """
    derniers = st.session_state.get(_FILTRES, PAR_DEFAUT)
    valeurs: dict[str, Any] = {}
    for nom in NOMS:
        valeur = st.session_state.get(key(nom), getattr(derniers, nom))
        valeurs[nom] = tuple(valeur) if isinstance(valeur, list) else valeur
    return Filtres(**valeurs)


def _without_n(adresse: Mapping[str, str]) -> dict[str, str]:
    return {nom: valeur for nom, valeur in adresse.items() if nom != "n"}


def _refresh(adresse: dict[str, str]) -> dict[str, str]:
    """Give a link followed from another page the choices made since it was drawn.

    A fragment changes its filters without the links of the page: what a link says of them is then that of
    the last whole run, and the session knows better.
    """
    liens = st.session_state.get(_LIENS, {})
    _, dernieres = st.session_state.get(_DERNIERE, (None, {}))
    depuis = {
        nom: dernieres.get(nom)
        for nom in _DE_FRAGMENT
        if adresse.get(nom) == liens.get(nom) != dernieres.get(nom)
    }
    return {nom: valeur for nom, valeur in (adresse | depuis).items() if valeur is not None}
