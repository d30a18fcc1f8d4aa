"""What is said in the same words on every screen and in the files that leave, from the command line too."""

from __future__ import annotations

from geo.perimetre import DEDUIT, DOCUMENTE, HYPOTHESE

CONFIANCES = {
    DOCUMENTE: "périmètre documenté : la source nomme ses communes ou ses intercommunalités, ou les dessine",
    DEDUIT: "périmètre déduit : ce que dit la source ne laisse qu'une lecture",
    HYPOTHESE: "périmètre indicatif, reconstitué à partir des intercommunalités",
}

CONFIANCES_COURTES = {
    DOCUMENTE: "documenté",
    DEDUIT: "déduit",
    HYPOTHESE: "indicatif",
}

SYNTHETIQUE = "Données SYNTHÉTIQUES, fabriquées pour des essais : aucune de ces CPTS n'existe."
