"""The annex of a scenario as a Word document, to be edited: A4, in French, real headings and tables."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING, Any

from rendu.carte.palette import ALERTE, BLEU, ENCRE, ENCRE_NOTE
from rendu.dessin.polices import displayable
from rendu.mots.annexe import TITRES, write_annexe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    from geo.atelier.annexe import Annexe
    from rendu.mots.annexe import AnnexeEcrite, CptsEcrite, Tableau

_POLICE = "Arial"
_CORPS_PT, _CORPS_TABLE_PT, _CORPS_PIED_PT = 10, 9, 8
# Of a page of A4, and around it.
_LARGEUR_MM, _HAUTEUR_MM, _MARGE_MM = 210, 297, 20
_UTILE_MM = _LARGEUR_MM - 2 * _MARGE_MM
_CORPS_TITRES_PT = {1: 20, 2: 15, 3: 11, 4: 10}
_SIGNATURE_MM = 16
# The columns of each table, in parts of the width.
_PARTS_BILAN = (3, 1, 1)
_PARTS_TOTAUX = (2, 3, 3)
_PARTS_COMMUNES = {4: (1.3, 4, 1.5, 2), 5: (1.3, 3.3, 1.6, 2, 2)}
_PARTS_ABSENTES = (1, 2, 2, 2)
_PARTS_SIGNATURES = (3, 3, 1.5, 3)


def write_docx(annexe: Annexe, carte_png: bytes | None) -> bytes:
    """Write the annex of a scenario.

    Parameters
    ----------
    annexe
        What it says.
    carte_png
        Its map, as :func:`rendu.supports.annexe_carte.picture_carte_annexe` makes it; ``None`` without one.
    """
    # When first used: a third of a second.
    import docx  # noqa: PLC0415

    ecrite = write_annexe(annexe)
    document = docx.Document()
    _set_up(document, ecrite, annexe)
    _write_head(document, ecrite, carte_png)
    _write_text(document.add_heading(level=2), TITRES["ensemble"])
    _write_text(document.add_paragraph(), ecrite.bilan.titre)
    _write_table(document, ecrite.bilan, _PARTS_BILAN)
    for cpts in ecrite.cpts:
        _write_cpts(document, cpts)
    if ecrite.absentes:
        _write_text(document.add_heading(level=2), TITRES["absentes"])
        _write_text(document.add_paragraph(), ecrite.absentes.titre)
        _write_table(document, ecrite.absentes, _PARTS_ABSENTES)
    _write_text(document.add_heading(level=2), TITRES["sources"])
    _write_list(document, ecrite.sources)
    _write_signatures(document, ecrite)
    octets = BytesIO()
    document.save(octets)
    return octets.getvalue()


def _write_head(document: Document, ecrite: AnnexeEcrite, carte_png: bytes | None) -> None:
    _write_warning(document, ecrite.projet)
    _write_text(document.add_heading(level=1), f"{ecrite.titre} : {ecrite.scenario}")
    if ecrite.avertissement:
        _write_warning(document, ecrite.avertissement)
    _write_list(document, ecrite.entete)
    for ligne in ecrite.note:
        _write_text(document.add_paragraph(), ligne)
    if carte_png:
        from docx.shared import Mm  # noqa: PLC0415

        image = document.add_picture(BytesIO(carte_png), width=Mm(_UTILE_MM))
        proprietes: Any = image._inline.docPr  # noqa: SLF001 - the library has no other way to a text alternative
        proprietes.set("descr", displayable(ecrite.carte))


def _write_cpts(document: Document, cpts: CptsEcrite) -> None:
    _write_text(document.add_heading(level=2), cpts.nom)
    _write_table(document, cpts.totaux, _PARTS_TOTAUX)
    _write_list(document, cpts.remarques)
    _write_text(document.add_heading(level=3), TITRES["changements"])
    _write_list(document, cpts.changements)
    _write_text(document.add_heading(level=3), TITRES["motif"])
    for ligne in cpts.motif:
        _write_text(document.add_paragraph(), ligne)
    if cpts.communes:
        _write_text(document.add_heading(level=3), TITRES["communes"])
    for tableau in cpts.communes:
        _write_text(document.add_heading(level=4), tableau.titre)
        _write_table(document, tableau, _PARTS_COMMUNES[len(tableau.colonnes)])


def _write_signatures(document: Document, ecrite: AnnexeEcrite) -> None:
    from docx.shared import Mm  # noqa: PLC0415

    _write_text(document.add_heading(level=2), TITRES["signatures"])
    projet = document.add_paragraph()
    projet.paragraph_format.keep_with_next = True
    _write_text(projet, ecrite.projet)
    table = _write_table(document, ecrite.signatures, _PARTS_SIGNATURES)
    for rangee in table.rows[1:]:
        rangee.height = Mm(_SIGNATURE_MM)


def _write_warning(document: Document, texte: str) -> None:
    from docx.shared import RGBColor  # noqa: PLC0415

    morceau = document.add_paragraph().add_run(displayable(texte))
    morceau.bold = True
    morceau.font.color.rgb = RGBColor.from_string(ALERTE.removeprefix("#").upper())


def _write_text(paragraphe: Paragraph, texte: str) -> None:
    paragraphe.add_run(displayable(texte))


def _write_list(document: Document, textes: Iterable[str]) -> None:
    for texte in textes:
        _write_text(document.add_paragraph(style="List Bullet"), texte)


def _write_table(document: Document, tableau: Tableau, parts: Sequence[float]) -> Table:
    """Write a table whose header is repeated on each page, and whose rows are not cut."""
    from docx.shared import Mm  # noqa: PLC0415

    rangees = [tableau.colonnes, *tableau.lignes, *([tableau.total] if tableau.total else [])]
    table: Table = document.add_table(len(rangees), len(tableau.colonnes), "Table Grid")
    table.autofit = False
    largeurs = [Mm(_UTILE_MM * part / sum(parts)) for part in parts]
    for colonne, largeur in zip(table.columns, largeurs, strict=True):
        colonne.width = largeur
    grasses = {0, len(rangees) - 1} if tableau.total else {0}
    for rang, (ligne, textes) in enumerate(zip(table.rows, rangees, strict=True)):
        _mark_row(ligne._tr, entete=rang == 0)  # noqa: SLF001 - the library has no other way
        for place, (cellule, texte) in enumerate(zip(ligne.cells, textes, strict=True)):
            cellule.width = largeurs[place]
            _write_cell(
                cellule.paragraphs[0], texte, gras=rang in grasses, droite=place in tableau.nombres
            )
    # Two tables that follow one another would be one.
    document.add_paragraph()
    return table


def _write_cell(paragraphe: Paragraph, texte: str, *, gras: bool, droite: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    morceau = paragraphe.add_run(displayable(texte))
    morceau.bold = gras
    morceau.font.size = Pt(_CORPS_TABLE_PT)
    paragraphe.paragraph_format.space_after = Pt(0)
    if droite:
        paragraphe.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _mark_row(rangee: Any, *, entete: bool) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415

    proprietes = rangee.get_or_add_trPr()
    proprietes.append(OxmlElement("w:cantSplit"))
    if entete:
        proprietes.append(OxmlElement("w:tblHeader"))


# --- The document itself ---------------------------------------------------------------------------


def _set_up(document: Document, ecrite: AnnexeEcrite, annexe: Annexe) -> None:
    """Set page, language, styles, properties and footer."""
    from docx.shared import Mm  # noqa: PLC0415

    section = document.sections[0]
    section.page_width, section.page_height = Mm(_LARGEUR_MM), Mm(_HAUTEUR_MM)
    section.left_margin = section.right_margin = Mm(_MARGE_MM)
    section.top_margin = section.bottom_margin = Mm(_MARGE_MM)
    _set_styles(document)
    proprietes = document.core_properties
    proprietes.title = displayable(f"{ecrite.titre} : {ecrite.scenario}")
    proprietes.subject = ecrite.projet
    proprietes.author = displayable(annexe.auteur)
    proprietes.comments = ""
    proprietes.language = "fr-FR"
    proprietes.created = proprietes.modified = dt.datetime.combine(
        annexe.jour, dt.time(tzinfo=dt.UTC)
    )
    _write_footer(section.footer.paragraphs[0], ecrite.pied)


def _set_styles(document: Document) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    styles: Any = document.styles
    (langue,) = styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang")
    langue.set(qn("w:val"), "fr-FR")
    for nom, corps, couleur in (
        ("Normal", _CORPS_PT, ENCRE),
        *((f"Heading {n}", corps, BLEU) for n, corps in _CORPS_TITRES_PT.items()),
    ):
        style = styles[nom]
        style.font.size = Pt(corps)
        style.font.color.rgb = RGBColor.from_string(couleur.removeprefix("#").upper())
        style.font.italic = False
        polices = style.element.get_or_add_rPr().get_or_add_rFonts()
        # A font of the theme would win over one that is named.
        polices.attrib.clear()
        for usage in ("ascii", "hAnsi", "cs", "eastAsia"):
            polices.set(qn(f"w:{usage}"), _POLICE)


def _write_footer(paragraphe: Paragraph, pied: str) -> None:
    """Write the foot of every page: what the document is, and its number."""
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    morceaux = [paragraphe.add_run(displayable(f"{pied} · page ").rstrip() + "\xa0")]
    morceaux += [_add_field(paragraphe, "PAGE"), paragraphe.add_run("/")]
    morceaux.append(_add_field(paragraphe, "NUMPAGES"))
    for morceau in morceaux:
        morceau.font.size = Pt(_CORPS_PIED_PT)
        morceau.font.color.rgb = RGBColor.from_string(ENCRE_NOTE.removeprefix("#").upper())


def _add_field(paragraphe: Paragraph, champ: str) -> Any:
    """Add what Word computes itself."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    morceau = paragraphe.add_run()
    for balise, attribut in (("begin", ""), ("instr", champ), ("separate", ""), ("end", "")):
        element: Any = OxmlElement("w:instrText" if attribut else "w:fldChar")
        if attribut:
            element.set(qn("xml:space"), "preserve")
            element.text = attribut
        else:
            element.set(qn("w:fldCharType"), balise)
        morceau._r.append(element)  # noqa: SLF001 - the library has no fields
    return morceau
