"""The import of official indicators: drop files as published, check what is read, see what it gives, put it in use."""

from pathlib import Path

import streamlit as st

from geo.atlas import Atlas
from geo.erreurs import DonneesInvalides, Probleme
from geo.importation.tables import SourceImport, join_empreintes
from geo.importation.versions import ImportRefuse, Version, open_depot
from geo.officiels.apercu import glance
from geo.officiels.ecriture import find_unsaid, kept
from geo.officiels.service import ImportOfficiel, prepare, publish
from rendu.mots.officiels import (
    DEPOSER,
    LIRE,
    METTRE_EN_USAGE,
    VERIFIER,
    VOIR,
    brought_text,
    unanswered_text,
    with_page_remedies,
)
from ui.commun.adresse import Filtres
from ui.commun.atlas import data_dir, get_atlas
from ui.commun.ecriture import draw_ecriture
from ui.commun.messages import list_remarques, show_refusal
from ui.commun.mise_en_usage import ask_source, draw_switch, forget_request, is_asked
from ui.commun.travail import work
from ui.commun.versions import Bascule, draw_switched
from ui.donnees.apports import draw_apports
from ui.donnees.examen import Depose, Lecture, draw_lecture, forget_gone
from ui.donnees.officiels import draw_connus
from ui.donnees.zone import Zone, content_keys

ZONE = Zone("indicateurs")


def draw_indicateurs(filtres: Filtres) -> None:
    """Draw the whole way of an import; nothing is replaced before the last button."""
    st.header("Importer des indicateurs", anchor=False)
    if not draw_ecriture(ZONE.racine):
        return
    atlas = get_atlas()
    draw_switched(filtres, ZONE.racine)
    st.markdown("Cinq étapes. Rien n'est remplacé avant la dernière, que vous seul demandez.")
    st.subheader(DEPOSER, anchor=False)
    st.markdown(
        "Un fichier officiel par commune (DREES, INSEE, Assurance Maladie, ARS…), tel que publié. L'atlas n'en garde que "
        "les colonnes lues."
    )
    draw_connus()
    deposes = ZONE.draw("Fichiers (CSV, Excel ou ODS), chacun lu pour lui-même")
    apercus = ZONE.read_once(deposes, lambda nom, contenu: work(glance, nom, contenu))
    forget_gone(apercus)
    if apercus:
        st.subheader(VERIFIER, anchor=False)
    cles = content_keys(apercus)
    lisibles = [
        Depose(
            d.file_id, cles[d.file_id], apercus[d.file_id][0], d.getvalue(), apercus[d.file_id][1]
        )
        for d in deposes
        if d.file_id in apercus
    ]
    lectures = [
        draw_lecture(atlas, depose, [autre for autre in lisibles if autre is not depose])
        for depose in lisibles
    ]
    lues = [lecture for lecture in lectures if lecture is not None]
    if not lues or len(lues) < len(deposes) or not _draw_remarques(lues):
        _forget_request()
        return
    try:
        _draw_demande(atlas, filtres, lues)
    except DonneesInvalides as refus:
        _forget_request()
        show_refusal(DonneesInvalides(with_page_remedies(refus.problemes)))


def _draw_remarques(lues: list[Lecture]) -> bool:
    """Draw what there is to say of the files; tell whether nothing of it keeps them from being imported."""
    manques = find_unsaid(kept([lue.examen for lue in lues]))
    dits = {(p.fichier, p.choix) for p in manques if p.choix}
    remarques: list[Probleme] = [
        *manques,
        *(r for lue in lues for r in lue.remarques if (r.fichier, r.choix) not in dits),
    ]
    st.subheader(LIRE, anchor=False)
    if remarques:
        list_remarques(with_page_remedies(remarques), "Pour information")
    else:
        st.markdown("Rien à signaler.")
    attendus = [
        *((p.fichier, p.choix) for p in manques),
        *((lue.examen.fichier, "millesime") for lue in lues if not lue.sure),
    ]
    if attendus:
        st.info(
            f"{unanswered_text(attendus)} Les données en usage n'ont pas changé.",
            icon=":material/arrow_upward:",
        )
        return False
    return True


def _draw_demande(atlas: Atlas, filtres: Filtres, lues: list[Lecture]) -> None:
    st.subheader(VOIR, anchor=False)
    cle = repr([lue.cle for lue in lues])
    noms = ", ".join(lue.examen.fichier for lue in lues)
    empreinte = join_empreintes(lue.empreinte for lue in lues)
    source = ask_source(ZONE.racine, empreinte, noms, empreinte=empreinte)
    demande = repr((cle, source))
    if not is_asked(ZONE.racine, demande, "Voir ce que cela donne", ":material/table_chart:"):
        _forget_request()
        return
    try:
        pret = _prepare(demande, lues, source, data_dir(), atlas)
    except ImportRefuse as refus:
        _forget_request()
        st.error(str(refus))
        return
    draw_apports(atlas, pret.apres, pret.ecrits, filtres.couvert)
    st.subheader(METTRE_EN_USAGE, anchor=False)
    draw_switch(
        ZONE.racine,
        "Les indicateurs et les CPTS déjà là y restent. Chaque import est une version : onglet « Versions » pour revenir.",
        lambda: _publish(pret),
        pret.apres,
        tell=lambda version: _tell(version, pret),
        forget=_forget_request,
    )


def _publish(pret: ImportOfficiel) -> Version:
    version = publish(open_depot(), pret)
    ZONE.empty()
    return version


def _tell(version: Version, pret: ImportOfficiel) -> Bascule:
    del version
    carte = {indicateur.identifiant for indicateur in pret.apres.registre.on("carte")}
    premiers = [e.identifiant for e in pret.ecrits if e.identifiant in carte]
    adresse = pret.apres.registre[premiers[0]].adresse if premiers else ""
    return Bascule(brought_text(pret.ecrits), adresse)


def _discard(pret: ImportOfficiel) -> None:
    open_depot().discard(pret.dossier)


# A session has one at most: what it asks next, or its end, removes the folder from the disk.
@st.cache_resource(
    show_spinner="Préparation et contrôle de la nouvelle version…",
    max_entries=1,
    scope="session",
    on_release=_discard,
)
def _prepare(
    demande: str,  # noqa: ARG001 - the cache key: it tells any other request apart
    _lues: list[Lecture],
    _source: SourceImport,
    depuis: Path,
    _atlas: Atlas,
) -> ImportOfficiel:
    depot = open_depot()
    depot.clean()
    examens = [lue.examen for lue in _lues]
    return prepare(depot, examens, _source, depuis=depuis, atlas=_atlas, call=work)


def _forget_request() -> None:
    """Let go of the summary of this session, and of what was written aside for it."""
    if forget_request(ZONE.racine):
        _prepare.clear()
