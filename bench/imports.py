"""What each direct dependency of the application costs when it is imported, and why it stays."""

import json
import subprocess
import sys

from bench.releve import Ligne
from bench.serveur import RACINE

# In the order of a start of the server: what one shares with those before it is not counted again.
RAISONS = {
    "streamlit.web.bootstrap": "the screen",
    "numpy": "arrays",
    "pyarrow": "texts of pandas, tables sent to the browser; Streamlit wants it",
    "pandas": "tables",
    "shapely": "outlines: coverage union and simplification",
    "pyproj": "from degrees to metres",
    "geopandas": "tables with outlines",
    "branca": "the template of our layer, under folium",
    "folium.plugins": "the map; streamlit-folium imports its plugins",
    "streamlit_folium": "the map's component",
    "streamlit_searchbox": "the search box's component",
    "rapidfuzz": "search and names that a typing error tells apart",
    "babel.numbers": "French numbers and dates",
    "filelock": "one import at a time",
    "PIL.ImageFont": "width of the names on a map that leaves",
    "altair": "charts; with the page that has one",
    "pyogrio": "GeoJSON and GeoPackage; with the first download of one",
    "xlsxwriter": "workbooks; with the first download of one",
    "typst": "PDF and PNG; with the first download of one",
    "pptx": "slides; with the first download of some",
    "segno": "QR codes; with the first slides that have some",
    "sqlalchemy": "scenarios of the workshop; with its page",
    "docx": "the annex of a scenario; with the first download of one",
    "python_calamine": "workbooks of a planner; with the first import",
    "typer": "the command line, and the start of the server",
    "rich.progress": "the command line",
}

_CODE = """
import importlib, json, psutil, sys, time
processus = psutil.Process()
for nom in sys.argv[1:]:
    octets, debut = processus.memory_info().rss, time.process_time()
    importlib.import_module(nom)
    duree_ms = 1000 * (time.process_time() - debut)
    print(json.dumps([nom, duree_ms, (processus.memory_info().rss - octets) / 1e6]))
"""


def measure_imports() -> list[Ligne]:
    """Import the direct dependencies one after the other in a new process; time is the processor's."""
    sortie = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _CODE, *RAISONS],
        check=True,
        cwd=RACINE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    mesures = map(json.loads, sortie.stdout.splitlines())
    return [
        Ligne(f"import of `{nom}`", f"{duree_ms:,.0f} ms, {memoire_mb:,.1f} MB", RAISONS[nom])
        for nom, duree_ms, memoire_mb in mesures
    ]
