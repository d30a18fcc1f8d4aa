"""What is waited for and taken of a service, so that none can hold or exhaust the server that asks it."""

from __future__ import annotations

MIB = 2**20

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
# France has 48,600 IRIS, the finest areas foreseen.
OBJETS_MAX = 60_000
# As for a layer that is dropped as a file; counted once decompressed, as bytes come.
COUCHE_MAX_OCTETS = 100 * MIB
# The list of a national service, of some thousand layers, weighs three mebibytes.
CAPACITES_MAX_OCTETS = 20 * MIB
COUCHES_MAX = 5_000
# Of a name, a title, or what a service says when it refuses.
TEXTE_MAX = 300

# Of the layers: ten of the largest take one gibibyte.
COPIES_MAX = 10
