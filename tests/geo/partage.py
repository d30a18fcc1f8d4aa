"""The drawn folder of ``dessin.py`` with a commune that two CPTS share (synthetic).

Commune c (400 inhabitants) is a quarter of CPTS Ouest's, documented, and three quarters of CPTS Est's,
deduced: 100 and 300 inhabitants.
"""

from pathlib import Path

from tests.geo.dessin import A, B, C, E, write_dossier

CPTS = (
    "cpts_id,code_commune,confiance,part_pct\n"
    f"cpts-ouest,{A},documente,\ncpts-ouest,{B},hypothese,\ncpts-ouest,{C},documente,25\n"
    f"cpts-est,{C},deduit,75\ncpts-est,{E},documente,\n"
)


def write_partage(dossier: Path, cpts: str = CPTS) -> Path:
    write_dossier(dossier)
    (dossier / "cpts.csv").write_text(cpts, encoding="utf-8")
    return dossier
