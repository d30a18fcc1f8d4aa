"""What a commune becomes, from a composition to another: its colour, and its words in the legend."""

from geo.importation.changement import DEPLACEE, ENTREE, SORTIE
from rendu.carte.palette import COMMUNE_DEPLACEE, COMMUNE_ENTREE, COMMUNE_SORTIE

# Dark, middle and pale: they differ in grey too.
TEINTES = {ENTREE: COMMUNE_ENTREE, SORTIE: COMMUNE_SORTIE, DEPLACEE: COMMUNE_DEPLACEE}
# Of one commune, and of several.
GENRES = {
    ENTREE: ("entre dans une CPTS", "entrent dans une CPTS"),
    SORTIE: ("n'est plus dans aucune CPTS", "ne sont plus dans aucune CPTS"),
    DEPLACEE: (
        "change de CPTS ou de part, ou en a une de plus ou de moins",
        "changent de CPTS ou de part, ou en ont une de plus ou de moins",
    ),
}
