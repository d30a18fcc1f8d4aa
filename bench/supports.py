"""What leaves the application for one CPTS, each beside the usual way: its map, its sheet, its slides."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pypdfium2
from matplotlib.figure import Figure
from playwright.sync_api import Browser

from bench.chrono import MS_PAR_S, time_in_turn
from bench.releve import Ligne, compare_with, yes_or_no
from geo.atlas import Atlas
from geo.evenement import make_evenement
from geo.fiche import Fiche, make_fiche
from rendu.carte.palette import CHOISIE, VOISINE
from rendu.dessin.cadre import A4_PAYSAGE
from rendu.dessin.image import PPI, svg_to_png
from rendu.dessin.page import draw_carte_svg
from rendu.supports.cartes import CARTE_FICHE, make_carte_cpts
from rendu.supports.diaporama import make_event_pptx, make_pptx
from rendu.supports.diaporama_cartes import TAILLE, Image
from rendu.supports.diapositives import make_diapositives
from rendu.supports.fiche_pdf import make_fiche_pdf, sheet_data

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOURS = 5
PDF_S, PPTX_S = 2.0, 5.0
_POUCE_PT = 72.0
# Around what a map shows, in parts of its size; and how many communes it names.
_MARGE, _NOMS = 0.3, 14

# A size in points.
_Taille = tuple[float, float]


def measure_supports(navigateur: Browser, atlas: Atlas) -> list[Ligne]:
    """Export the CPTS that has the most communes, each way in turn."""
    cpts_id = str(atlas.adhesions["cpts_id"].value_counts().idxmax())
    jour = dt.date(2026, 1, 1)
    fiche = make_fiche(atlas, cpts_id)
    png, png_usuel = "png", "`GeoDataFrame.plot`, PNG"
    svg, svg_usuel = "svg", "`GeoDataFrame.plot`, SVG"
    pdf, pdf_usuel = "pdf", "that SVG in HTML, printed by headless Chromium, already running"
    pptx, pptx_usuel = "pptx", "the same slides, pictures by `GeoDataFrame.plot`"
    facons: dict[str, Callable[[], Any]] = {
        svg: partial(_draw_svg, atlas, cpts_id, jour),
        svg_usuel: partial(_plot_cpts, atlas, cpts_id, A4_PAYSAGE, "svg"),
        png: lambda: svg_to_png(_draw_svg(atlas, cpts_id, jour)),
        png_usuel: partial(_plot_cpts, atlas, cpts_id, A4_PAYSAGE, "png"),
        pdf: partial(make_fiche_pdf, atlas, cpts_id, jour),
        pdf_usuel: partial(_print_sheet, navigateur, atlas, cpts_id, jour),
        pptx: partial(make_event_pptx, atlas, [cpts_id], jour),
        pptx_usuel: partial(_make_slides, atlas, cpts_id, jour),
    }
    # What is imported or measured once must not weigh on the first way.
    faits = {nom: facon() for nom, facon in facons.items()}
    _check_sheets(fiche, [faits[pdf], faits[pdf_usuel]])
    durees = time_in_turn(facons, TOURS)
    communes = f"of {len(fiche.communes)} communes"
    lignes = [
        compare_with(f"{figure} {communes}", durees[ici], durees[usuel], usuel, unite="ms")
        for figure, ici, usuel in (
            ("map, SVG,", svg, svg_usuel),
            ("map, PNG at 300 dpi,", png, png_usuel),
            ("sheet, tagged PDF,", pdf, pdf_usuel),
            ("slides, PPTX,", pptx, pptx_usuel),
        )
    ]
    return [
        *lignes[:2],
        _with_mark(lignes[2], durees[pdf], PDF_S),
        _with_mark(lignes[3], durees[pptx], PPTX_S),
    ]


def _with_mark(ligne: Ligne, duree_ms: float, marque_s: float) -> Ligne:
    """Set the longest time that the project allows itself."""
    tenue = yes_or_no(held=duree_ms <= marque_s * MS_PAR_S)
    return replace(ligne, marque=f"≤ {marque_s:g} s", tenue=tenue)


def _draw_svg(atlas: Atlas, cpts_id: str, jour: dt.date) -> str:
    return draw_carte_svg(make_carte_cpts(atlas, make_fiche(atlas, cpts_id), jour))


# --- The usual way ---------------------------------------------------------------------------------


def _plot_cpts(atlas: Atlas, cpts_id: str, taille: _Taille, extension: str) -> bytes:
    """Plot the communes of a CPTS, those around, the CPTS and departments there, and some names."""
    codes = atlas.adhesions.loc[atlas.adhesions["cpts_id"] == cpts_id, "code_commune"]
    siennes = atlas.communes.loc[codes]
    ouest, sud, est, nord = siennes.total_bounds
    marge = _MARGE * max(est - ouest, nord - sud)
    figure, axe, proches = _plot_ground(
        atlas, taille, (ouest - marge, sud - marge, est + marge, nord + marge)
    )
    autres = atlas.adhesions[atlas.adhesions["code_commune"].isin(proches.index)]
    territoires = proches.loc[autres["code_commune"]].assign(cpts=autres["cpts_id"].to_numpy())
    territoires.dissolve("cpts").plot(ax=axe, color=VOISINE, edgecolor="#161616", linewidth=0.9)
    siennes.plot(ax=axe, color=CHOISIE, edgecolor="#ffffff", linewidth=0.35)
    siennes.dissolve().boundary.plot(ax=axe, color="#161616", linewidth=2, linestyle="--")
    for commune in siennes.nlargest(_NOMS, "population").itertuples():
        point = commune.geometry.representative_point()
        axe.annotate(commune.nom, (point.x, point.y), fontsize=7.5)
    return _save(figure, extension)


def _plot_region(atlas: Atlas, cpts_ids: Sequence[str], departements: Sequence[str]) -> bytes:
    siennes = atlas.communes[atlas.communes["code_departement"].isin(departements)]
    figure, axe, _ = _plot_ground(atlas, TAILLE, siennes.total_bounds)
    adhesions = atlas.adhesions[atlas.adhesions["cpts_id"].isin(cpts_ids)]
    territoires = atlas.communes.loc[adhesions["code_commune"]].assign(
        cpts=adhesions["cpts_id"].to_numpy()
    )
    territoires.dissolve("cpts").plot(ax=axe, color=CHOISIE, edgecolor="#161616", linewidth=0.9)
    return _save(figure, "png")


def _plot_ground(
    atlas: Atlas, taille: _Taille, cadre: Sequence[float]
) -> tuple[Figure, "Axes", gpd.GeoDataFrame]:
    """Plot the communes and the departments in a frame."""
    ouest, sud, est, nord = cadre
    proches = atlas.communes.cx[ouest:est, sud:nord]
    figure = Figure(figsize=(taille[0] / _POUCE_PT, taille[1] / _POUCE_PT))
    axe = figure.subplots()
    axe.set_axis_off()
    proches.plot(ax=axe, color="#f0f0f0", edgecolor="#ffffff", linewidth=0.35)
    proches.dissolve("code_departement").boundary.plot(ax=axe, color="#8a8a8a", linewidth=0.8)
    axe.set_xlim(ouest, est)
    axe.set_ylim(sud, nord)
    return figure, axe, proches


def _save(figure: Figure, extension: str) -> bytes:
    fichier = BytesIO()
    figure.savefig(fichier, format=extension, dpi=PPI)
    return fichier.getvalue()


def _print_sheet(navigateur: Browser, atlas: Atlas, cpts_id: str, jour: dt.date) -> bytes:
    """Write what the sheet says as HTML around the usual map, and print it."""
    donnees = sheet_data(atlas, make_fiche(atlas, cpts_id), jour)
    carte = _plot_cpts(atlas, cpts_id, CARTE_FICHE, "svg").decode()
    page = navigateur.new_page()
    try:
        page.set_content(
            f'<html lang="fr"><title>{escape(donnees["titre"])}</title><h1>{escape(donnees["nom"])}</h1>'
            f"<p>{escape(donnees['etape'])}, {escape(donnees['date'])}, {escape(donnees['confiance'])}</p>"
            f"{_table([list(rangee.values()) for rangee in donnees['chiffres']])}"
            f"{_list(donnees['priorites'])}{_list(donnees['partenaires'])}"
            f"{carte[carte.index('<svg') :]}{_list(donnees['sources'])}"
            f"<h2>{escape(donnees['annexe'])}</h2>{_table(donnees['communes'])}"
        )
        return page.pdf(format="A4", tagged=True)
    finally:
        page.close()


def _table(rangees: Sequence[Sequence[Any]]) -> str:
    lignes = ("".join(f"<td>{escape(str(v))}</td>" for v in rangee) for rangee in rangees)
    return f"<table>{''.join(f'<tr>{ligne}</tr>' for ligne in lignes)}</table>"


def _list(textes: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(texte)}</li>' for texte in textes)}</ul>"


def _make_slides(atlas: Atlas, cpts_id: str, jour: dt.date) -> bytes:
    """Write the same slides around the usual maps, each plotted once."""
    diapositives = make_diapositives(atlas, [cpts_id])
    evenement = make_evenement(atlas, [cpts_id])
    region = Image(_plot_region(atlas, evenement.montrees, evenement.departements), "Carte")
    territoire = Image(_plot_cpts(atlas, cpts_id, TAILLE, "png"), "Carte")
    images = {
        rang: territoire if diapositive.cpts_id else region
        for rang, diapositive in enumerate(diapositives)
        if diapositive.carte
    }
    return make_pptx(diapositives, images, titre="Essai", date="", jour=jour)


def _check_sheets(fiche: Fiche, documents: Sequence[bytes]) -> None:
    """Refuse the times of a sheet that does not list every commune."""
    for octets in documents:
        pages = pypdfium2.PdfDocument(octets)
        lu = "".join("".join(p.get_textpage().get_text_range().split()) for p in pages)
        if not all(code in lu for code in fiche.communes["code_commune"]):
            raise RuntimeError("Une fiche mesurée ne donne pas toutes les communes.")
