"""The one failure of the build that its user can act on."""


class ConstructionImpossible(Exception):  # a French noun, as in geo.erreurs
    """The data files cannot be built; the message is French and says what to do."""
