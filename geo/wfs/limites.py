"""What is waited for and taken of a service, so that none can hold or exhaust the server that asks it."""

from __future__ import annotations

from geo.couches.limites import FORMES_MAX, TAILLE_COUCHE_MAX_OCTETS
from geo.importation.limites import MIB

# A lost first packet is sent again after one, three and seven seconds.
CONNEXION_S = 10.0
# A service that simplifies large outlines may be silent for tens of seconds before its first byte.
LECTURE_S = 60.0
# A hundred mebibytes at two megabits a second, and some retries.
DUREE_S = 600.0
# Waits before the second and the third try of a request: a service that restarts takes some seconds.
ATTENTES_S = (1.0, 5.0)
REDIRECTIONS_MAX = 3
# A name has a few addresses; those of the next ones would be waited for in turn.
ADRESSES_MAX = 4

# A page of territories at full precision weighs some ten mebibytes; of simple ones, far less than one.
PAGE = 200
# What comes is read as a file that is dropped: as many features, as many bytes, counted decompressed, as they come.
OBJETS_MAX = FORMES_MAX
COUCHE_MAX_OCTETS = TAILLE_COUCHE_MAX_OCTETS
# The list of a national service, of some thousand layers, weighs three mebibytes.
CAPACITES_MAX_OCTETS = 20 * MIB
COUCHES_MAX = 5_000
# Of a name, a title, or what a service says when it refuses.
TEXTE_MAX = 300

# Of the layers: ten of the largest take one gibibyte.
COPIES_MAX = 10
