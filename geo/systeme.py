"""What the system refuses, in French: its own words are those of its language, which is often English."""

from __future__ import annotations

import errno

_MOTS = {
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOENT: "il n'existe pas",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "un de ses dossiers est un fichier",
    errno.EEXIST: "il existe déjà",
    errno.ENOTEMPTY: "le dossier n'est pas vide",
    errno.EXDEV: "les deux dossiers ne sont pas sur le même disque",
    errno.EBUSY: "un autre programme s'en sert",
    errno.ETXTBSY: "un autre programme s'en sert",
    errno.ENAMETOOLONG: "le nom est trop long",
    errno.ELOOP: "ses liens tournent en rond",
    errno.EIO: "le disque ne se lit ou ne s'écrit plus",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le disque est plein",
    errno.EFBIG: "le fichier est trop gros pour ce disque",
    errno.EMFILE: "trop de fichiers sont ouverts",
    errno.ENFILE: "trop de fichiers sont ouverts",
    errno.EADDRINUSE: "l'adresse est déjà prise",
    errno.EADDRNOTAVAIL: "l'adresse n'est pas de cette machine",
}


def tell_cause(erreur: OSError) -> str:
    """Say why the system refused.

    >>> tell_cause(PermissionError(errno.EACCES, "Permission denied"))
    'accès refusé'
    >>> tell_cause(OSError(errno.ECHILD, "No child processes"))
    'erreur 10 du système'
    """
    if erreur.errno is None:
        return "erreur du système"
    return _MOTS.get(erreur.errno, f"erreur {erreur.errno} du système")
