"""What the trace of the data that the environment names has last."""

from geo.base.connexion import open_base
from geo.base.trace import Acte, read_actes


def last_acte() -> Acte:
    base = open_base()
    acte = read_actes(base)[0]
    base.close()
    return acte
