"""What a page sends to its map, as AppTest has it."""

import json
import re
from typing import Any

from streamlit.testing.v1 import AppTest


def sent_to_map(app: AppTest) -> dict[str, Any]:
    """Return the state that the map of a page is given to paint."""
    (carte,) = (
        c.proto for c in app.get("component_instance") if "folium" in c.proto.component_name
    )
    texte = json.loads(carte.json_args)["feature_group"]
    etat, _ = json.JSONDecoder().raw_decode(re.split(r"atlasCarte\.appliquer\(", texte)[1])
    return etat


def legend_of(app: AppTest) -> list[str]:
    """Return the lines of the legend of a page whose map offers no choice: words and count."""
    return [
        f"{texte} ({compte})".replace("\u202f", " ")
        for _, texte, compte in sent_to_map(app)["coloration"]["legende"]
    ]
