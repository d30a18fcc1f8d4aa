"""Read the file that a planner drops (CSV, XLSX or ODS) as sheets of texts.

The content alone decides what a file is; its name may be wrong. Only
:class:`geo.erreurs.DonneesInvalides` ever leaves this module, whatever the bytes.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from geo.erreurs import Probleme, Severite
from geo.importation.classeur import is_archive, read_classeur
from geo.importation.contenus import CODE, begins_as_cpts, says_cpts
from geo.importation.feuille import Feuille, make_feuille, over_limit, refuse
from geo.importation.limites import CARACTERES_PAR_CELLULE_MAX, MIB, TAILLE_MAX_OCTETS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Feuille", "read_feuilles"]

# In the order in which equals are preferred: the first is what French spreadsheets write.
_SEPARATEURS = {";": "point-virgule", "\t": "tabulation", ",": "virgule"}
# How many rows tell the separator: title lines are few.
_ECHANTILLON = 200
# What Excel itself writes and obeys, in the first line.
_SEP_DECLARE = re.compile(r'"?sep=(.)"?\r?\n')

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
# What a planner may take for the table: the first bytes of a file tell it (each format's own
# specification; RFC 1952 for gzip).
_AUTRES_FORMATS = {
    b"%PDF-": "un document PDF",
    b"{\\rtf": "un document RTF",
    b"\x89PNG\r\n\x1a\n": "une image PNG",
    b"\xff\xd8\xff": "une image JPEG",
    b"GIF87a": "une image GIF",
    b"GIF89a": "une image GIF",
    b"7z\xbc\xaf\x27\x1c": "une archive 7z",
    b"\x1f\x8b": "un fichier compressé (gzip)",
}
_CHIFFRE = "EncryptedPackage".encode("utf-16-le")
_BALISES = re.compile(r"\s*<(!doctype|html|head|body|table|\?xml|meta|style|div)\b", re.IGNORECASE)
# All of C0 but tab, line feed, vertical tab, form feed and carriage return; and C1.
_CONTROLE = re.compile(r"[\x00-\x08\x0e-\x1f\x80-\x9f]")
# UTF-7 (RFC 2152): its mark, or a letter of Latin-1 with an accent, alone between + and -.
_UTF7 = re.compile(rb"\A\+/v[89+/]|\+A[I-P][AEIMQUYcgkosw048]-")

_REENREGISTRER = "L'ouvrir dans un tableur et l'enregistrer au format XLSX, ODS ou CSV UTF-8."


def read_feuilles(nom: str, contenu: bytes) -> list[Feuille]:
    """Read every sheet of a file.

    Parameters
    ----------
    nom
        Name of the file, for the problems only.
    contenu
        Its bytes: CSV (``;``, tab or ``,``; UTF-8, UTF-16 with its mark, or Windows-1252), XLSX or
        ODS.

    Returns
    -------
    list of Feuille
        At least one, those without any text left out; one of them has at least two columns.

    Raises
    ------
    DonneesInvalides
        If the file passes a limit (:mod:`geo.importation.limites`) or is no table.
    """
    if not contenu.strip():
        raise refuse(nom, "le fichier est vide.", "Choisir le fichier qui contient la table.")
    if len(contenu) > TAILLE_MAX_OCTETS:
        raise over_limit(
            nom, "le fichier dépasse la taille admise", TAILLE_MAX_OCTETS // MIB, " Mio"
        )
    if contenu.isascii() and _UTF7.search(contenu):
        raise refuse(nom, "le texte est encodé en UTF-7, qui n'est pas lu.", _REENREGISTRER)
    if contenu.startswith(_OLE):
        raise _old_office_file(nom, contenu)
    for signature, format_lu in _AUTRES_FORMATS.items():
        if contenu.startswith(signature):
            raise refuse(
                nom,
                f"ce n'est pas une table : c'est {format_lu}.",
                "Fournir la table elle-même, au format XLSX, ODS ou CSV UTF-8.",
            )
    lues = read_classeur(nom, contenu) if is_archive(contenu) else [_read_csv(nom, contenu)]
    feuilles = [feuille for feuille in lues if feuille.lignes]
    if not feuilles:
        raise refuse(
            nom,
            "le fichier ne contient aucune cellule remplie.",
            "Choisir le fichier qui contient la table.",
        )
    if all(feuille.largeur == 1 and not _lists_codes(feuille) for feuille in feuilles):
        raise refuse(
            nom,
            "la table n'a qu'une colonne : aucun séparateur reconnu (point-virgule, virgule, "
            "tabulation), ou la colonne des CPTS manque.",
            "Fournir une ligne par commune, avec son code et le nom de sa CPTS dans deux colonnes.",
        )
    return feuilles


def _old_office_file(nom: str, contenu: bytes) -> Exception:
    if _CHIFFRE in contenu:
        return refuse(
            nom,
            "le classeur est protégé par un mot de passe.",
            "L'ouvrir, ôter le mot de passe, puis l'enregistrer de nouveau.",
        )
    return refuse(
        nom,
        "l'ancien format d'Office (.xls, .doc) n'est pas lu.",
        _REENREGISTRER,
    )


def _read_csv(nom: str, contenu: bytes) -> Feuille:
    texte, encodage = _decode(nom, contenu)
    if _BALISES.match(texte):
        raise refuse(
            nom,
            "le fichier est une page web ou du XML, quel que soit son nom.",
            _REENREGISTRER,
        )
    if texte.lstrip()[:1] in ("{", "["):
        geo = '"FeatureCollection"' in texte or '"Topology"' in texte
        raise refuse(
            nom,
            "ce n'est pas une table : c'est "
            + (
                "une couche de polygones (GeoJSON)."
                if geo
                else "du JSON, ou un texte entre accolades."
            ),
            "Fournir la table des communes elle-même, au format XLSX, ODS ou CSV UTF-8.",
        )
    if _CONTROLE.search(texte):
        nul = "\x00" in texte
        raise refuse(
            nom,
            f"le fichier contient des {'octets nuls' if nul else 'caractères de contrôle'} : "
            "ce n'est pas une table.",
            _REENREGISTRER,
        )
    separateur, declare = _find_separator(texte)
    lignes = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True)
    remarques = [
        encodage,
        Probleme(
            Severite.INFORMATION,
            nom,
            f"séparateur de colonnes : {_SEPARATEURS[separateur]}.",
            "Rien à faire si les colonnes montrées sont les bonnes.",
            identifiant="separateur",
        ),
    ]
    try:
        return make_feuille(nom, "", _without_declaration(lignes, declare=declare), remarques)
    except csv.Error as erreur:
        # The csv module has a limit of its own, which anything in the process may raise.
        if "field limit" in str(erreur):
            quoi = f"une cellule de la ligne {lignes.line_num} a plus de caractères que la limite"
            raise over_limit(nom, quoi, CARACTERES_PAR_CELLULE_MAX) from erreur
        # The last line read is where the trouble shows; an unclosed quote may stand far above.
        raise refuse(
            nom,
            f"les guillemets sont mal fermés, au plus tard à la ligne {lignes.line_num}.",
            "Fermer les guillemets, ou enregistrer de nouveau la table depuis un tableur.",
        ) from erreur


def _decode(nom: str, contenu: bytes) -> tuple[str, Probleme]:
    """Return the text and the encoding in words: a mark decides, then UTF-8 if it fits."""
    if contenu.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return contenu.decode("utf-16"), _encoding(nom, "UTF-16")
        except UnicodeDecodeError as erreur:
            raise refuse(
                nom,
                "le fichier s'annonce en UTF-16 et n'en est pas : il est abîmé.",
                _REENREGISTRER,
            ) from erreur
    with suppress(UnicodeDecodeError):
        return contenu.decode("utf-8-sig"), _encoding(nom, "UTF-8")
    with suppress(UnicodeDecodeError):
        # Nearly any bytes pass as Windows-1252: nothing proves it but the reader's eye.
        return contenu.decode("cp1252"), Probleme(
            Severite.A_VERIFIER,
            nom,
            "le fichier n'est pas en UTF-8 ; il est lu comme du Windows-1252.",
            "Vérifier les accents ; s'ils sont faux, enregistrer la table en CSV UTF-8.",
            identifiant="encodage_suppose",
        )
    raise refuse(
        nom,
        "le fichier n'est ni un classeur XLSX ou ODS, ni un texte en UTF-8, UTF-16 ou "
        "Windows-1252.",
        _REENREGISTRER,
    )


def _encoding(nom: str, libelle: str) -> Probleme:
    return Probleme(
        Severite.INFORMATION,
        nom,
        f"encodage du texte : {libelle}.",
        "Rien à faire si les accents sont justes.",
        identifiant="encodage",
    )


def _find_separator(texte: str) -> tuple[str, bool]:
    """Return the separator, and whether the first line does nothing but declare it.

    The separator is the one that gives most rows the same number of columns, two or more: title
    lines above the table and commas inside names do not sway it.
    """
    declaration = _SEP_DECLARE.match(texte)
    if declaration and declaration[1] in _SEPARATEURS:
        return declaration[1], True
    return max(_SEPARATEURS, key=lambda separateur: _regularity(texte, separateur)), False


def _regularity(texte: str, separateur: str) -> tuple[int, int]:
    """Count the rows of the commonest width, then the columns of these."""
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    try:
        largeurs = Counter(len(cellules) for cellules in islice(lecteur, _ECHANTILLON))
    except csv.Error:
        return 0, 0
    return max(
        ((nombre, largeur) for largeur, nombre in largeurs.items() if largeur > 1),
        default=(0, 0),
    )


def _without_declaration(lignes: Iterable[list[str]], *, declare: bool) -> Iterable[list[str]]:
    """Blank the declaration of the separator: the rows keep their numbers."""
    for rang, cellules in enumerate(lignes):
        yield [] if declare and rang == 0 else cellules


def _lists_codes(feuille: Feuille) -> bool:
    """Tell whether a sheet of one column may be read: codes of communes under the name of a CPTS."""
    cellules = [texte for [texte] in feuille.lignes]
    nommee = says_cpts(feuille.nom) or any(map(begins_as_cpts, cellules))
    return nommee and any(map(CODE.fullmatch, cellules))
