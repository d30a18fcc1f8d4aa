"""What is said in the same words on every screen and in the files that leave, from the command line too."""

from __future__ import annotations

from geo.perimetre import DEDUIT, DOCUMENTE, HYPOTHESE, PAR_SOMME

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

# Beside figures of CPTS, where one of their communes is covered in part.
PAR_PART = (
    "Une commune prise en partie compte par sa part d'habitants, estimée, dans chaque CPTS et, dans les totaux, "
    f"{PAR_SOMME}."
)

# Of a layer whose service does not say how many features it has.
TOTAL_NON_DIT = (
    "Le service ne dit pas combien d'objets a la couche : rien ne prouve qu'ils y sont tous. Vérifier que leur nombre est "
    "celui qui est attendu."
)
