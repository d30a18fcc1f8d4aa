"""What a scenario breaks of what was asked, one line a fault. Every text is plain."""

from collections.abc import Collection
from functools import partial

from geo.atelier.contraintes import AutreDepartement, Ecart, EpciPartage, HorsBorne, Morcelee
from geo.atelier.etat import Etat, rests_on_hypothesis
from geo.atelier.gestes import POPULATION_MIN
from geo.atelier.sol import Sol
from geo.atlas import Atlas
from rendu.mots.francais import agree, count_noun, join_words, nombre
from rendu.mots.indicateurs import write_about

# How many communes a line names.
_NOMMEES = 5


def fault_text(atlas: Atlas, sol: Sol, etat: Etat, ecart: Ecart) -> str:
    """Write one fault, with the names and the figure."""
    nom = f"« {etat.cpts[ecart.cpts_id].nom} »"
    match ecart:
        case HorsBorne():
            cote = (
                ("moins", "minimum") if ecart.contrainte == POPULATION_MIN else ("plus", "maximum")
            )
            siennes = etat.members(ecart.cpts_id)
            say = partial(
                write_about, environ=rests_on_hypothesis(etat.communes, siennes, ecart.cpts_id)
            )
            return (
                f"{nom} : {say(ecart.population)} {agree(ecart.population, 'habitant')}, {say(ecart.ecart)} de {cote[0]} que le "
                f"{cote[1]} de {nombre(ecart.borne)}."
            )
        case Morcelee():
            parts = [
                f"{name_communes(sol, part)} ({count_noun(sol.count(part), 'habitant')})"
                for part in ecart.detachees
            ]
            compte = count_noun(len(parts), "partie détachée", "parties détachées")
            return f"{nom} n'est pas d'un seul tenant : {compte}, {' ; '.join(parts)}."
        case EpciPartage():
            chez = [
                f"{name_communes(sol, codes)} ({_owners(etat, cpts_ids)})"
                for cpts_ids, codes in ecart.manquantes.items()
            ]
            total = sum(map(len, ecart.manquantes.values()))
            manque = f"{agree(total, 'manque', 'manquent')} {count_noun(total, 'commune')}"
            return f"{nom} n'a qu'une partie de « {sol.nom_epci[ecart.siren]} » : {manque}, {' ; '.join(chez)}."
        case AutreDepartement():
            noms = atlas.departements["nom"]
            habitants = count_noun(sol.count(ecart.codes), "habitant")
            return (
                f"{nom} ({noms[ecart.principal]}) a {count_noun(len(ecart.codes), 'commune')} d'un autre département, "
                f"{noms[ecart.departement]} : {name_communes(sol, ecart.codes)} ({habitants})."
            )


def name_communes(sol: Sol, codes: Collection[str]) -> str:
    """Name communes, the most populous first, and count those that find no room."""
    ordre = sorted(codes, key=lambda code: (-sol.population[code], code))
    noms = [sol.nom[code] for code in ordre[:_NOMMEES]]
    reste = len(ordre) - len(noms)
    return join_words([*noms, count_noun(reste, "autre")] if reste else noms)


def _owners(etat: Etat, cpts_ids: tuple[str, ...]) -> str:
    if not cpts_ids:
        return "sans CPTS"
    return f"de {join_words(f'« {etat.cpts[cpts_id].nom} »' for cpts_id in cpts_ids)}"
