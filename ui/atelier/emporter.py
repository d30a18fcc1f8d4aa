"""What one leaves the workshop with: the annex, the table, the territories; made when asked, on the state at the moment."""

from collections.abc import Callable

import streamlit as st

from geo.atelier.annexe import Annexe, make_annexe
from geo.atelier.etabli import Etabli
from geo.importation.versions import name_version
from rendu.dessin.contenu import Carte
from rendu.supports.annexe_carte import (
    draw_carte_annexe,
    make_carte_annexe,
    picture_carte_annexe,
)
from rendu.supports.annexe_docx import write_docx
from rendu.supports.annexe_pdf import write_pdf
from rendu.supports.atelier_fichiers import scenario_csv, scenario_gpkg, scenario_xlsx
from ui.atelier.etablis import open_etabli
from ui.atelier.instant import Instant, draw_moment, take_instant
from ui.atelier.ouverture import number_in_use
from ui.commun.adresse import Filtres
from ui.commun.telechargements import draw_boutons

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw_emporter(etabli: Etabli, filtres: Filtres) -> None:
    """Draw the downloads of a scenario."""
    del filtres
    scenario_id, nom = etabli.scenario_id, etabli.scenario.nom
    if etabli.touchees:
        st.markdown(
            "L'annexe territoriale d'un ACI : pour chaque CPTS touchée, ses communes par intercommunalité, ce qui change, "
            "la population et la taille, la carte et les sources. Le Word se modifie ; le PDF est prêt à imprimer."
        )
        draw_boutons(
            f"annexe {nom}",
            [
                ("Word", "docx", _DOCX, lambda: write_word(scenario_id)),
                ("PDF", "pdf", "application/pdf", lambda: write_paper(scenario_id)),
            ],
            "Annexe",
        )
    else:
        st.info("Rien ne diffère encore des données en service : il n'y a pas d'annexe à faire.")
    draw_boutons(
        f"composition {nom}",
        [
            (
                "CSV",
                "csv",
                "text/csv",
                _maker(scenario_id, lambda i: scenario_csv(i.atlas, i.apres)),
            ),
            (
                "Excel",
                "xlsx",
                _XLSX,
                _maker(scenario_id, lambda i: scenario_xlsx(i.atlas, i.apres)),
            ),
        ],
        "Table des communes",
    )
    draw_boutons(
        f"territoires {nom}",
        [
            (
                "GeoPackage",
                "gpkg",
                "application/geopackage+sqlite3",
                _maker(scenario_id, lambda i: scenario_gpkg(i.atlas, i.avant, i.apres)),
            )
        ],
        "Polygones",
    )
    st.caption(
        "Chaque fichier est fait quand on le demande, sur le scénario tel qu'il est alors. La table se relit dans l'atelier."
    )
    draw_moment(etabli, "emporter")


def write_word(scenario_id: str) -> bytes:
    """Write the annex of a scenario, as it is now, as a Word document."""
    annexe, carte = _gather(scenario_id)
    return write_docx(annexe, picture_carte_annexe(carte) if carte else None)


def write_paper(scenario_id: str) -> bytes:
    """Write the annex of a scenario, as it is now, as a PDF."""
    annexe, carte = _gather(scenario_id)
    return write_pdf(annexe, draw_carte_annexe(carte) if carte else None)


def _gather(scenario_id: str) -> tuple[Annexe, Carte | None]:
    etabli = open_etabli(scenario_id)
    instant = take_instant(etabli)
    annexe = make_annexe(
        instant.atlas,
        etabli.scenario,
        instant.avant,
        instant.apres,
        instant.motifs,
        sol=etabli.chantier.sol,
        version_en_vigueur=name_version(number_in_use()),
    )
    return annexe, make_carte_annexe(instant.atlas, annexe)


def _maker(scenario_id: str, write: Callable[[Instant], bytes]) -> Callable[[], bytes]:
    return lambda: write(take_instant(open_etabli(scenario_id)))
