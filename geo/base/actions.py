"""What the trace names: the acts that it knows of."""

IMPORT = "import"
RETOUR = "retour"
INDICATEUR = "indicateur"
SCENARIO_EN_SERVICE = "scenario_en_service"
JETON_CREE = "jeton_cree"
JETON_RETIRE = "jeton_retire"
RESTAURATION = "restauration"
