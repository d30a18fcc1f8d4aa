"""What import-linter does not bring: a contract that no module imports itself by way of others."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output


class ModulesSansCercle(Contract):
    """No circle between modules, wherever they are; ``acyclic_siblings`` looks at folders only."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002
        """List the shortest circle of each import that is in one."""
        cercles = set()
        for module in graph.modules:
            for importe in graph.find_modules_directly_imported_by(module):
                retour = graph.find_shortest_chain(importe, module)
                if retour:
                    # The same circle, whichever of its imports it was found by.
                    debut = retour.index(min(retour))
                    cercles.add(retour[debut:] + retour[:debut])
        return ContractCheck(kept=not cercles, metadata={"cercles": sorted(cercles)})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each circle on a line."""
        for cercle in check.metadata["cercles"]:
            output.print_error(f"- {' -> '.join([*cercle, cercle[0]])}")
