"""Asks the API without a server."""

import csv
import io
import json

from rendu.api.reponses import answer, make_question

RACINE = "https://atlas.example.fr/sous"


def ask(atlas, chemin, accept="", *, compte=False, **parametres):
    """Return the answer to an address below that of the API."""
    paires = tuple((nom, str(texte)) for nom, texte in parametres.items())
    entier = f"v1/{chemin}" if chemin else "v1"
    return answer(atlas, make_question(RACINE, entier, paires, accept, compte=compte))


def read(atlas, chemin, **parametres):
    """Return what an answer says, as objects."""
    reponse = ask(atlas, chemin, **parametres)
    assert reponse.statut == 200, reponse.corps.decode()
    return json.loads(reponse.corps)


def read_csv(reponse):
    """Return the rows of an answer in CSV."""
    texte = reponse.corps.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))
