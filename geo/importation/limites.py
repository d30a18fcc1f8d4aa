"""What a file to import may not exceed, so that none can exhaust the machine that reads it.

The largest table foreseen is national: some 35,000 communes, a few of them in several CPTS, and
some tens of columns that are not read. The limits leave it ample room.
"""

from __future__ import annotations

MIB = 2**20

# A national table with fifty columns weighs about 10 MiB as CSV, less as a workbook.
TAILLE_MAX_OCTETS = 20 * MIB
# Five rows for each commune of France.
LIGNES_MAX = 200_000
COLONNES_MAX = 500
# Rows × columns of all sheets: 40,000 rows of fifty columns.
CELLULES_MAX = 2_000_000
FEUILLES_MAX = 50
# What Excel admits in one cell.
CARACTERES_PAR_CELLULE_MAX = 32_767
# The longest known has 46: beyond this a cell is a remark, not a name.
NOM_MAX = 200
# A shared or repeated text is stored once and read many times: what counts is what is read.
CARACTERES_MAX = 100_000_000
# A workbook has some ten parts, and one more a sheet, a drawing or an image.
ARCHIVE_MEMBRES_MAX = 1_000
# Two million cells take some fifty bytes of XML each; the reader holds that twice.
ARCHIVE_DEPLIEE_MAX_OCTETS = 128 * MIB

# What one session of a server may have sent and still hold, and what all may together: they are in memory.
# A layer of the largest size, and a table.
DEPOTS_SESSION_MAX_OCTETS = 120 * MIB
DEPOTS_MAX_OCTETS = 360 * MIB

# Twelve times the CPTS of France: beyond this, another column was taken for theirs.
NOMS_MAX = 10_000
# What a server gives to one step of an import: a national table takes some ten seconds and 400 MiB.
DUREE_MAX_S = 120.0
MEMOIRE_MAX_OCTETS = 1_536 * MIB

# As the page and the command line state them.
LIMITES: dict[str, int] = {
    "taille du fichier, en Mio": TAILLE_MAX_OCTETS // MIB,
    "lignes par feuille": LIGNES_MAX,
    "colonnes par feuille": COLONNES_MAX,
    "cellules, toutes feuilles réunies": CELLULES_MAX,
    "feuilles": FEUILLES_MAX,
    "caractères par cellule": CARACTERES_PAR_CELLULE_MAX,
    "caractères du nom d'une CPTS": NOM_MAX,
    "noms de CPTS différents": NOMS_MAX,
    "caractères en tout": CARACTERES_MAX,
    "fichiers dans l'archive d'un classeur": ARCHIVE_MEMBRES_MAX,
    "taille d'un classeur décompressé, en Mio": ARCHIVE_DEPLIEE_MAX_OCTETS // MIB,
}
# As the page states them: the command line reads files where they are.
LIMITES_DEPOTS: dict[str, int] = {
    "fichiers déposés et gardés, en Mio": DEPOTS_SESSION_MAX_OCTETS // MIB,
}
