"""QGIS's own library reads the layers live: GDAL's driver of OGC API – Features, in a process of its own.

This process unregisters it: see :mod:`geo.couches.pilotes`.
"""

import json
import socket
import subprocess
import sys
import threading

import pytest
import uvicorn
from starlette.applications import Starlette

from ui.api.service import make_routes
from ui.serveur.reglages import Reglages

LIRE = """
import json, sys
import pyogrio
adresse = "OAPIF:" + sys.argv[1]
lues = {nom: pyogrio.read_dataframe(adresse, layer=nom) for nom, _ in pyogrio.list_layers(adresse)}
pres = pyogrio.read_dataframe(adresse, layer="territoires", bbox=(6.35, 47.8, 6.4, 47.85))
print(json.dumps({
    "couches": {nom: len(couche) for nom, couche in lues.items()},
    "crs": [str(couche.crs) for couche in lues.values()],
    "valides": all(couche.geometry.is_valid.all() for couche in lues.values()),
    "population": lues["territoires"].set_index("cpts_id")["population"].to_dict(),
    "communes": int(lues["communes"]["code_commune"].nunique()),
    "pres": sorted(pres["cpts_id"]),
}))
"""


@pytest.fixture
def adresse():
    demandees = []
    application = Starlette(routes=make_routes(Reglages.read("localhost")))

    async def noter(scope, receive, send):
        if scope["type"] == "http":
            demandees.append(scope["path"])
        await application(scope, receive, send)

    prise = socket.create_server(("localhost", 0))
    serveur = uvicorn.Server(uvicorn.Config(noter, log_level="warning", lifespan="off"))
    fil = threading.Thread(target=serveur.run, kwargs={"sockets": [prise]})
    fil.start()
    yield f"http://localhost:{prise.getsockname()[1]}/api/v1", demandees
    serveur.should_exit = True
    fil.join()
    prise.close()


def test_a_gis_reads_every_layer_page_by_page(adresse, atlas):
    ou, demandees = adresse
    lu = subprocess.run(
        [sys.executable, "-c", LIRE, ou], check=True, capture_output=True, text=True, timeout=120
    )
    vu = json.loads(lu.stdout)
    assert vu["couches"] == {
        "territoires": len(atlas.territoires),
        "communes": len(atlas.communes),
        "zones": 5,
    }
    assert vu["communes"] == len(atlas.communes)
    assert vu["crs"] == ["EPSG:4326"] * 3
    assert vu["valides"]
    assert vu["population"] == atlas.territoires["population"].to_dict()
    assert "cpts-luxeuil" in vu["pres"]
    assert len(vu["pres"]) < len(atlas.territoires)
    assert demandees.count("/api/v1/collections/communes/items") > len(atlas.communes) / 5000 + 1
