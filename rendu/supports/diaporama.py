"""The slides of a launch event as PPTX: texts, charts and tables that can be edited, maps as pictures."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.dml import MSO_LINE
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from geo.evenement import make_evenement
from geo.export import defuse_formula
from rendu.carte.palette import ALERTE, BLANC, ENCRE, ENCRE_SECONDE
from rendu.dessin.polices import displayable, hold, width
from rendu.mots.francais import SYNTHETIQUE, nombre
from rendu.mots.paroles import event_dates, event_title
from rendu.mots.provenance import TITRE
from rendu.supports.diaporama_cartes import TAILLE, Image, make_images
from rendu.supports.diaporama_modele import (
    BLEU_HEXA,
    HAUTEUR,
    LARGEUR,
    RETRAIT,
    hex_code,
    make_presentation,
)
from rendu.supports.diaporama_texte import Style, fit, text_height
from rendu.supports.diapositives import make_diapositives
from rendu.supports.modele import REGION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pptx.presentation import Presentation
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide
    from pptx.text.text import TextFrame

    from geo.atlas import Atlas
    from rendu.supports.modele import Diapositive, Graphique

# A box of the slide: left, top, width, height, in points.
_Boite = tuple[float, float, float, float]

_MARGE, _GOUTTIERE = 34.0, 18.0
_UTILE = LARGEUR - 2 * _MARGE
_TITRE: _Boite = (_MARGE, 26.0, _UTILE, 60.0)
_HAUT, _BAS = 96.0, 96.0 + TAILLE[1]
_COLONNE = _UTILE - TAILLE[0] - _GOUTTIERE
_CARTE: _Boite = (LARGEUR - _MARGE - TAILLE[0], _HAUT, *TAILLE)
_MARQUE: _Boite = (_MARGE, _HAUT, 210.0, 28.0)
_AVERTISSEMENT: _Boite = (_MARGE, 11.0, _UTILE, 14.0)
_PIED_HAUT = _BAS + 10.0
_PIED: _Boite = (_MARGE, _PIED_HAUT, 740.0, HAUTEUR - 10.0 - _PIED_HAUT)
_POSITION: _Boite = (LARGEUR - _MARGE - 140.0, _PIED_HAUT, 140.0, 20.0)
_GRAPHIQUE: _Boite = (_CARTE[0], _HAUT, 330.0, TAILLE[1])
_TABLEAU: _Boite = (_CARTE[0] + 344.0, _HAUT, TAILLE[0] - 344.0, TAILLE[1])

_ENCRE, _GRIS, _ALERTE = map(hex_code, (ENCRE, ENCRE_SECONDE, ALERTE))
# A number stays with its unit.
_AVANT_UNITE = re.compile(r"(?<=\d) ")
# In a hall: a figure of 60 points and a sentence of 20 are 120 and 40 pixels of a screen 1920 wide.
_STYLE_TITRE = Style(34, 24, gras=True, lignes_max=2)
_STYLE_PIED = Style(11, 8)
_STYLE_MARQUE = Style(17, 12, gras=True)
_STYLE_ALERTE = Style(11, 8, gras=True)
_STYLE_CELLULE = Style(15, 9)
_COLONNE_VALEUR = 62.0
_AIR_CELLULE = (6.0, 3.0)


def make_event_pptx(atlas: Atlas, cpts_ids: Sequence[str], jour: dt.date) -> bytes:
    """Make the presentation of a launch event.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_ids
        The CPTS of the event, in their order.
    jour
        The day when it is made.

    Returns
    -------
    bytes
        A PPTX file with the slides of :func:`rendu.supports.diapositives.make_diapositives`.

    Raises
    ------
    KeyError
        If there is no such CPTS.
    """
    evenement = make_evenement(atlas, cpts_ids)
    diapositives = make_diapositives(atlas, evenement.cpts_ids)
    return make_pptx(
        diapositives,
        make_images(atlas, diapositives, evenement, jour),
        titre=event_title(atlas, evenement),
        date=event_dates(atlas, evenement.cpts_ids),
        jour=jour,
        avertissement=SYNTHETIQUE if atlas.synthetique else "",
    )


def make_pptx(
    diapositives: Sequence[Diapositive],
    images: Mapping[int, Image],
    *,
    titre: str,
    date: str,
    jour: dt.date,
    avertissement: str = "",
) -> bytes:
    """Write slides as PPTX, 16:9: everything but the maps can be edited.

    Parameters
    ----------
    diapositives
        The slides, in plain text.
    images
        Rank of a slide, from 0, to its map.
    titre
        Of the file.
    date
        The day of the event in words, or its dates; empty where none is published.
    jour
        The day when it is made.
    avertissement
        On top of every slide; empty for none.

    Returns
    -------
    bytes
        A PPTX file.
    """
    presentation = make_presentation()
    _set_properties(presentation, titre, jour)
    for rang, diapositive in enumerate(diapositives):
        page = presentation.slides.add_slide(presentation.slide_layouts[0])
        _fill(page, diapositive, images.get(rang))
        _add_foot(page, diapositive, rang + 1, date)
        if avertissement:
            _add_text(
                page, "Avertissement", avertissement, _AVERTISSEMENT, _STYLE_ALERTE, couleur=_ALERTE
            )
        notes = page.notes_slide.notes_text_frame
        _write(notes, diapositive.parlee)
        for origine in diapositive.origines:
            for ligne in (f"{TITRE} {origine.texte}").splitlines():
                _write(notes, ligne)
    fichier = BytesIO()
    presentation.save(fichier)
    return fichier.getvalue()


def _set_properties(presentation: Presentation, titre: str, jour: dt.date) -> None:
    proprietes = presentation.core_properties
    proprietes.title = displayable(titre)[:255]
    proprietes.author = proprietes.last_modified_by = "Atlas des CPTS"
    proprietes.language = "fr-FR"
    proprietes.created = proprietes.modified = dt.datetime.combine(jour, dt.time(tzinfo=dt.UTC))


def _fill(page: Slide, diapositive: Diapositive, image: Image | None) -> None:
    """Put the title, the text and what stands beside it."""
    page.shapes.title.name = "Titre"
    page.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    _put(page.shapes.title, [(diapositive.titre, _STYLE_TITRE, _ENCRE)], _TITRE)
    a_cote = image is not None or diapositive.graphique is not None
    haut = _MARQUE[1] + _MARQUE[3] + 8.0 if diapositive.indicatif else _HAUT
    texte = page.placeholders[1]
    texte.name = "Texte"
    seul = not (image or diapositive.lignes)
    texte.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE if seul else MSO_ANCHOR.TOP
    _put(
        texte,
        _paragraphs(diapositive, a_cote=a_cote),
        (_MARGE, haut, _COLONNE if a_cote else _UTILE, _BAS - haut),
    )
    if diapositive.indicatif:
        _add_mark(page, diapositive)
    if image:
        _add_map(page, image)
    if diapositive.graphique:
        _add_chart(page, diapositive.graphique)
        _add_table(page, diapositive.graphique)


def _paragraphs(diapositive: Diapositive, *, a_cote: bool) -> list[tuple[str, Style, str]]:
    """List the texts of a slide, each as large as what stands beside them allows."""
    place = _COLONNE if a_cote else _UTILE
    chiffre = _AVANT_UNITE.sub("\xa0", diapositive.chiffre)
    if chiffre:
        tete = _on_one_line(chiffre, Style(84 if a_cote else 120, 60, gras=True), place)
        phrase = Style(28 if a_cote else 40, 20)
    else:
        # Without a figure, the sentence is what is read first.
        tete = phrase = _on_one_line(diapositive.phrase, Style(38, 24, gras=True), place)
    ligne = Style(22 if a_cote else 32, 14, retrait=RETRAIT, avant=0.4)
    textes = [
        (chiffre, tete, BLEU_HEXA),
        (diapositive.phrase, phrase, _ENCRE if chiffre else BLEU_HEXA),
        *((texte, ligne, _ENCRE) for texte in diapositive.lignes),
    ]
    return [texte for texte in textes if texte[0]]


def _on_one_line(texte: str, style: Style, place: float) -> Style:
    """Keep on one line what may stand on one, as large as it may then be; on two what may not."""
    # Some characters have no width.
    largeur = max(width(_displayed(texte), style.petit, gras=style.gras), 1.0)
    juste = int(style.petit * place / largeur)
    if juste < style.petit:
        return replace(style, lignes_max=2)
    return replace(style, grand=min(style.grand, juste), lignes_max=1)


# --- Texts -----------------------------------------------------------------------------------------


def _displayed(texte: str) -> str:
    return hold(displayable(texte))


def _put(
    forme: BaseShape,
    textes: Sequence[tuple[str, Style, str]],
    boite: _Boite,
    alignement: PP_ALIGN = PP_ALIGN.LEFT,
) -> None:
    """Write paragraphs in a shape, each at the size at which all of them fit."""
    forme.left, forme.top, forme.width, forme.height = map(Pt, boite)
    cadre = forme.text_frame
    cadre.auto_size, cadre.word_wrap = MSO_AUTO_SIZE.NONE, True
    cadre.margin_left = cadre.margin_right = cadre.margin_top = cadre.margin_bottom = 0
    affiches = [(_displayed(texte), style) for texte, style, _ in textes]
    for rang, corps in enumerate(fit(affiches, boite[2], boite[3])):
        texte, style = affiches[rang]
        _write(
            cadre,
            texte,
            corps,
            couleur=textes[rang][2],
            gras=style.gras,
            niveau=int(style.retrait > 0),
            avant=style.avant * corps if rang else 0.0,
            alignement=alignement,
        )


def _write(
    cadre: TextFrame,
    texte: str,
    corps: float | None = None,
    *,
    couleur: str = _ENCRE,
    gras: bool = False,
    niveau: int = 0,
    avant: float = 0.0,
    alignement: PP_ALIGN = PP_ALIGN.LEFT,
) -> None:
    """Write a paragraph in French after those that are there."""
    dernier = cadre.paragraphs[-1]
    paragraphe = cadre.add_paragraph() if dernier.runs else dernier
    paragraphe.level, paragraphe.alignment = niveau, alignement
    paragraphe.space_before, paragraphe.line_spacing = Pt(avant), 1.0
    morceau = paragraphe.add_run()
    morceau.text = _displayed(texte)
    morceau.font.language_id = MSO_LANGUAGE_ID.FRENCH
    if corps:
        morceau.font.size, morceau.font.bold = Pt(corps), gras
        morceau.font.color.rgb = RGBColor.from_string(couleur)


def _add_text(
    page: Slide,
    nom: str,
    texte: str,
    boite: _Boite,
    style: Style,
    *,
    couleur: str = _ENCRE,
    alignement: PP_ALIGN = PP_ALIGN.LEFT,
) -> BaseShape:
    forme = page.shapes.add_textbox(*map(Pt, boite))
    forme.name = nom
    _put(forme, [(texte, style, couleur)], boite, alignement)
    return forme


def _add_foot(page: Slide, diapositive: Diapositive, rang: int, date: str) -> None:
    """Put the sources, and on the right the day and the number of the slide, which follows its place."""
    if diapositive.sources:
        titre = "Source" if len(diapositive.sources) == 1 else "Sources"
        texte = f"{titre} : {' ; '.join(diapositive.sources)}"
        _add_text(page, "Sources", texte, _PIED, _STYLE_PIED, couleur=_GRIS)
    forme = _add_text(
        page,
        "Date et numéro",
        f"{date} ·\xa0" if date else "",
        _POSITION,
        _STYLE_PIED,
        couleur=_GRIS,
        alignement=PP_ALIGN.RIGHT,
    )
    (paragraphe,) = forme.element.xpath(".//a:p")
    paragraphe.append(
        parse_xml(
            f'<a:fld {nsdecls("a")} id="{{C1FF6DA9-008F-8B48-92A6-B652298478BF}}" type="slidenum">'
            f'<a:rPr lang="fr-FR" sz="{_STYLE_PIED.grand * 100:.0f}">'
            f'<a:solidFill><a:srgbClr val="{_GRIS}"/></a:solidFill></a:rPr><a:t>{rang}</a:t></a:fld>'
        )
    )


def _add_mark(page: Slide, diapositive: Diapositive) -> None:
    """Mark an indicative perimeter, in words and with the dashes of the map."""
    pluriel = "s" if diapositive.carte == REGION else ""
    texte = f"Périmètre{pluriel} indicatif{pluriel}"
    marque = _add_text(page, "Marque", texte, _MARQUE, _STYLE_MARQUE, alignement=PP_ALIGN.CENTER)
    marque.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    marque.line.color.rgb, marque.line.width = RGBColor.from_string(_ENCRE), Pt(1.75)
    marque.line.dash_style = MSO_LINE.DASH


# --- Pictures, charts, tables ----------------------------------------------------------------------


def _describe(forme: BaseShape, nom: str, description: str) -> None:
    forme.name = nom
    forme.element.xpath(".//p:cNvPr")[0].set("descr", displayable(description))


def _add_map(page: Slide, image: Image) -> None:
    carte = page.shapes.add_picture(BytesIO(image.png), *map(Pt, _CARTE))
    _describe(carte, "Carte", image.description)


def _add_chart(page: Slide, graphique: Graphique) -> None:
    """Draw bars with their values; the sheet behind them opens in a spreadsheet."""
    donnees = CategoryChartData(number_format="General")
    donnees.categories = [defuse_formula(displayable(nom)) for nom, _ in graphique.series]
    donnees.add_series(
        defuse_formula(displayable(graphique.unite)), [v for _, v in graphique.series]
    )
    forme = page.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *map(Pt, _GRAPHIQUE), donnees)
    valeurs = " ; ".join(f"{nom}, {nombre(valeur, 1)}" for nom, valeur in graphique.series)
    _describe(forme, "Graphique", f"{graphique.titre} : {valeurs}.")
    dessin = forme.chart
    dessin.has_legend = False
    dessin.font.size, dessin.font.color.rgb = Pt(15), RGBColor.from_string(_ENCRE)
    dessin.has_title = True
    _write(dessin.chart_title.text_frame, graphique.titre, 17, gras=True)
    dessin.category_axis.reverse_order = True
    dessin.category_axis.has_major_gridlines = False
    dessin.value_axis.minimum_scale = 0
    dessin.value_axis.has_major_gridlines = dessin.value_axis.visible = False
    (trace,) = dessin.plots
    trace.gap_width = 40
    trace.has_data_labels = True
    trace.data_labels.show_value = True
    trace.data_labels.font.size, trace.data_labels.font.bold = Pt(16), True
    for fin in dessin.element.xpath(".//a:endParaRPr"):
        fin.set("lang", "fr-FR")


def _add_table(page: Slide, graphique: Graphique) -> None:
    """Put the values of a chart in a table, for those who do not see bars."""
    gauche, haut, largeur, hauteur = _TABLEAU
    colonnes = (largeur - _COLONNE_VALEUR, _COLONNE_VALEUR)
    rangees = [
        (_displayed(a), _displayed(b))
        for a, b in [
            (graphique.titre, graphique.unite),
            *((nom, nombre(valeur, 1)) for nom, valeur in graphique.series),
        ]
    ]
    corps, hauteurs = _fit_rows(rangees, colonnes, hauteur)
    forme = page.shapes.add_table(
        len(rangees), 2, Pt(gauche), Pt(haut), Pt(largeur), Pt(sum(hauteurs))
    )
    _describe(forme, "Tableau", f"{graphique.titre}, en tableau")
    tableau = forme.table
    for colonne, place in zip(tableau.columns, colonnes, strict=True):
        colonne.width = Pt(place)
    for rang, (textes, place) in enumerate(zip(rangees, hauteurs, strict=True)):
        tableau.rows[rang].height = Pt(place)
        for cote, texte in enumerate(textes):
            cellule = tableau.cell(rang, cote)
            cellule.margin_left = cellule.margin_right = Pt(_AIR_CELLULE[0])
            cellule.margin_top = cellule.margin_bottom = Pt(_AIR_CELLULE[1])
            cellule.vertical_anchor = MSO_ANCHOR.MIDDLE
            _write(
                cellule.text_frame,
                texte,
                corps,
                couleur=hex_code(BLANC) if rang == 0 else _ENCRE,
                gras=rang == 0,
                alignement=PP_ALIGN.RIGHT if cote else PP_ALIGN.LEFT,
            )


def _fit_rows(
    rangees: Sequence[tuple[str, str]], colonnes: tuple[float, float], hauteur: float
) -> tuple[float, list[float]]:
    """Return the size at which all rows fit, and their heights."""
    cote, dessus = _AIR_CELLULE
    corps = _STYLE_CELLULE.grand
    while True:
        hauteurs = [
            max(
                text_height(texte, place - 2 * cote, corps, gras=rang == 0)
                for texte, place in zip(textes, colonnes, strict=True)
            )
            + 2 * dessus
            for rang, textes in enumerate(rangees)
        ]
        if sum(hauteurs) <= hauteur or corps <= _STYLE_CELLULE.petit:
            return corps, hauteurs
        corps -= 0.5
