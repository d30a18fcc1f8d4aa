"""What a layer of polygons may not exceed, so that none can exhaust the machine that reads it.

The largest foreseen is national: some 1,300 polygons drawn along the borders of the communes, a few
million vertices. The limits leave it ample room.
"""

from __future__ import annotations

from geo.importation.limites import MIB

# The national layer at full precision weighs some 40 MiB as GeoJSON, the wordiest of the formats.
TAILLE_COUCHE_MAX_OCTETS = 100 * MIB
# A shapefile of text and figures is packed to a quarter at best: four times a file is honest.
ARCHIVE_COUCHE_DEPLIEE_MAX_OCTETS = 400 * MIB
# A shapefile has ten parts at most; a KMZ may bring its pictures.
ARCHIVE_COUCHE_MEMBRES_MAX = 1_000
# A layer of CPTS has 1,300; a finer one, the buildings or the 200 m squares of a region.
FORMES_MAX = 500_000
# Sixteen bytes each, held four or five times while they are brought to Lambert 93.
SOMMETS_MAX = 10_000_000
# A layer of a geographic information system has some tens.
ATTRIBUTS_MAX = 500
# A GeoPackage of a whole project has some tens.
COUCHES_MAX = 200
# Characters of an attribute, cut there: a name, a stage or a date has some tens, a table of HTML thousands.
TEXTE_MAX = 1_000
# Of containers inside containers: GDAL's own limit is 32.
IMBRICATIONS_MAX = 32

# As the page and the command line state them.
LIMITES_COUCHES: dict[str, int] = {
    "taille d'une couche de polygones, en Mio": TAILLE_COUCHE_MAX_OCTETS // MIB,
    "taille d'une couche décompressée, en Mio": ARCHIVE_COUCHE_DEPLIEE_MAX_OCTETS // MIB,
    "fichiers dans l'archive d'une couche": ARCHIVE_COUCHE_MEMBRES_MAX,
    "couches par fichier": COUCHES_MAX,
    "formes par couche": FORMES_MAX,
    "sommets par couche": SOMMETS_MAX,
    "attributs par couche": ATTRIBUTS_MAX,
    "caractères lus d'un attribut": TEXTE_MAX,
}
