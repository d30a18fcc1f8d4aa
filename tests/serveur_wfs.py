"""A geographic service on this machine, after GeoServer's manners, with switches for all that goes wrong."""

from __future__ import annotations

import gzip
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

NOM = "GCS:AMBU_CPTS"
TITRE = "CPTS d'Île-de-France & <voisines>"
CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
# Longer than any test waits: what is slow is let go by `Service.lache`.
_LENT_S = 20


def make_objets(nombre: int) -> list[dict]:
    """Return features of one square each."""
    return [
        {
            "type": "Feature",
            "id": f"AMBU_CPTS.{rang}",
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[rang, 0.5], [rang + 1, 0.5], [rang + 1, 1.5], [rang, 1.5], [rang, 0.5]]
                ],
            },
            "geometry_name": "the_geom",
            "properties": {"lib_cpts": f"CPTS n° {rang}", "type": "Feature"},
        }
        for rang in range(nombre)
    ]


@cache
def make_bombe() -> bytes:
    """Return some twenty thousand bytes that make twenty million."""
    return gzip.compress(b" " * 20_000_000, mtime=0)


@dataclass
class Service:
    """What it serves, how it misbehaves, and what it was asked.

    Attributes
    ----------
    objets
        Features of its one layer.
    page_max
        Most features of an answer, whatever is asked.
    defauts
        What goes wrong, by the rank of a GetFeature request from 0, or for all (``None``): see :meth:`_Reponse.do_GET`.
    demandes
        Parameters of every request, in order, with its path.
    entetes
        Headers of every request.
    """

    objets: list[dict] = field(default_factory=lambda: make_objets(7))
    page_max: int = 10_000
    defauts: dict[int | None, str] = field(default_factory=dict)
    ailleurs: str = "http://exemple.invalid/geoserver/wfs"
    crs: dict | None = field(default_factory=lambda: CRS)
    demandes: list[dict[str, str]] = field(default_factory=list)
    entetes: list[dict[str, str]] = field(default_factory=list)
    lache: threading.Event = field(default_factory=threading.Event)
    # Set once a request is held.
    tenu: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def origine(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def adresse(self) -> str:
        return f"{self.origine}/geoserver/wfs"

    def features(self) -> list[dict[str, str]]:
        """Return the GetFeature requests."""
        return [d for d in self.demandes if d.get("request") == "GetFeature"]


@contextmanager
def serve(**reglages):
    """Serve until the block ends."""
    service = Service(**reglages)
    serveur = ThreadingHTTPServer(("127.0.0.1", 0), type("_R", (_Reponse,), {"service": service}))
    # A held answer must not hold the test.
    serveur.daemon_threads = True
    serveur.block_on_close = False
    service.port = serveur.server_address[1]
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02})
    fil.start()
    try:
        yield service
    finally:
        service.lache.set()
        serveur.shutdown()
        fil.join()
        serveur.server_close()


class _Reponse(BaseHTTPRequestHandler):
    service: Service

    def log_message(self, *_):
        pass

    def do_GET(self):
        url = urlsplit(self.path)
        demande = {nom: valeurs[0] for nom, valeurs in parse_qs(url.query).items()}
        rang = len(self.service.features())
        self.service.demandes.append({"": url.path, **demande})
        self.service.entetes.append(dict(self.headers))
        if demande.get("request") == "GetFeature":
            defaut = self.service.defauts.get(rang, self.service.defauts.get(None, ""))
        else:
            defaut = self.service.defauts.get(-1, "")
        try:
            getattr(self, f"_{defaut or 'bien'}")(demande)
        except OSError:
            self.close_connection = True

    def _send(self, contenu, genre="application/json;charset=UTF-8", statut=200, **entetes):
        self.send_response(statut)
        self.send_header("Content-Type", genre)
        self.send_header("Content-Length", str(len(contenu)))
        self.send_header("Set-Cookie", "JSESSIONID=0123")
        for nom, valeur in entetes.items():
            self.send_header(nom.replace("_", "-"), valeur)
        self.end_headers()
        self.wfile.write(contenu)

    def _bien(self, demande):
        if demande.get("request") == "GetCapabilities":
            self._send(self._capacites(), "application/xml")
        elif demande.get("typeNames") != NOM:
            self._exception(demande, f"Could not find {demande.get('typeNames')}")
        else:
            codage = "gzip" if "gzip" in self.headers.get("Accept-Encoding", "") else "identity"
            contenu = json.dumps(self._page(demande), ensure_ascii=False).encode()
            contenu = gzip.compress(contenu, mtime=0) if codage == "gzip" else contenu
            self._send(contenu, Content_Encoding=codage)

    def _page(self, demande, debut=None, **autres):
        service = self.service
        debut = int(demande.get("startIndex", 0)) if debut is None else debut
        fin = debut + min(int(demande.get("count", service.page_max)), service.page_max)
        objets = service.objets[debut:fin]
        page = {
            "type": "FeatureCollection",
            "features": objets,
            "totalFeatures": len(service.objets),
            "numberMatched": len(service.objets),
            "numberReturned": len(objets),
            "timeStamp": "",
            "crs": service.crs,
            **autres,
        }
        return {nom: valeur for nom, valeur in page.items() if valeur is not None}

    def _json(self, objet):
        self._send(json.dumps(objet).encode())

    def _capacites(self):
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1">
<ows:ServiceIdentification><ows:Title>GeoServer</ows:Title></ows:ServiceIdentification>
<FeatureTypeList xmlns="http://www.opengis.net/wfs/2.0">
<FeatureType xmlns:GCS="http://gcs"><Name>{NOM}</Name><Title xml:lang="en">Communities</Title>
<Title xml:lang="fr">{escape(TITRE)}</Title><Title/><ows:Keywords><ows:Keyword>x</ows:Keyword></ows:Keywords></FeatureType>
<FeatureType><Name>GCS:ARS</Name><Title></Title></FeatureType>
</FeatureTypeList></wfs:WFS_Capabilities>""".encode()

    # What goes wrong.

    def _lent(self, demande):
        self.service.tenu.set()
        self.service.lache.wait(_LENT_S)
        self._bien(demande)

    def _goutte(self, _):
        """Drip, a byte at a time, in the headers already."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        self.service.tenu.set()
        while not self.service.lache.wait(0.01):
            self.wfile.write(b"a")

    def _panne(self, _):
        self._send(b"<html><title>Bad gateway</title></html>", "text/html", 502)

    def _coupe(self, demande):
        contenu = json.dumps(self._page(demande)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(contenu)))
        self.end_headers()
        self.wfile.write(contenu[: len(contenu) // 2])

    def _gzip_coupe(self, demande):
        contenu = gzip.compress(json.dumps(self._page(demande)).encode())
        self._send(contenu[:-20], Content_Encoding="gzip")

    def _raccroche(self, _):
        self.close_connection = True

    def _html(self, _):
        self._send(
            "<!DOCTYPE html><html><head><title>Connexion &agrave; Santégraphie</title></head></html>".encode(),
            "text/html",
        )

    def _exception(self, _, texte="Feature type inconnu", statut=400):
        self._send(
            '<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1">'
            f"<ows:Exception><ows:ExceptionText>{escape(texte)}</ows:ExceptionText></ows:Exception>"
            "</ows:ExceptionReport>".encode(),
            "application/xml",
            statut,
        )

    def _exception_200(self, demande):
        self._exception(demande, statut=200)

    def _sans_cle(self, demande):
        """Refuse ranks, as GeoServer does of a table without a primary key."""
        if "startIndex" in demande:
            self._exception(demande, "Cannot do natural order without a primary key")
        else:
            self._bien(demande)

    def _gml(self, _):
        self._send(b"<wfs:FeatureCollection xmlns:wfs='w'/>", "application/gml+xml")

    def _autre_json(self, _):
        self._json({"error": {"code": 400}})

    def _pas_json(self, _):
        self._send(b'{"type":"FeatureCollection","features":[{]')

    def _infini(self, _):
        self._send(b'{"type":"FeatureCollection","features":[],"bbox":[NaN]}')

    def _profond(self, _):
        self._send(b"[" * 200_000)

    def _interdit(self, _):
        self._send(b"", statut=401)

    def _absent(self, _):
        self._send(b"Not found", "text/plain", 404)

    def _ailleurs(self, _):
        self._send(b"", statut=302, Location=self.service.ailleurs)

    def _a_cote(self, demande):
        """Redirect once, on the same host."""
        if demande.get("vu"):
            self._bien(demande)
        else:
            self._send(b"", statut=301, Location=f"/autre{self.path[len('/geoserver') :]}&vu=1")

    def _sans_fin(self, _):
        self._send(b"", statut=302, Location=self.path)

    def _sans_page(self, _):
        """Ignore ranks and counts."""
        self._json(self._page({}))

    def _meme_page(self, demande):
        """Ignore ranks, not counts."""
        self._json(self._page(demande, 0))

    def _meme_page_sans_id(self, demande):
        page = self._page(demande, 0)
        rangs = f"fid-{len(self.service.demandes)}"
        page["features"] = [
            objet | {"id": f"{rangs}-{i}"} for i, objet in enumerate(page["features"])
        ]
        self._json(page)

    def _sans_total(self, demande):
        self._json(self._page(demande, totalFeatures="unknown", numberMatched=None))

    def _total_rendu(self, demande):
        """Say that there are as many features as an answer has, whatever is behind."""
        rendus = min(int(demande.get("count", 10_000)), self.service.page_max)
        self._json(self._page(demande, numberMatched=rendus, totalFeatures=rendus))

    def _deux_totaux(self, demande):
        self._json(self._page(demande, numberMatched=1, totalFeatures=len(self.service.objets)))

    def _total_en_texte(self, demande):
        nombre = len(self.service.objets)
        self._json(self._page(demande, numberMatched=str(nombre), totalFeatures=float(nombre)))

    def _total_plafonne(self, demande):
        """Give a page without saying how many there are, and nothing after it."""
        page = self._page(demande, numberMatched="unknown", totalFeatures=None)
        suite = {"features": [], "numberReturned": 0} if "startIndex" in demande else {}
        self._json(page | suite)

    def _autre_total(self, demande):
        self._json(self._page(demande, numberMatched=len(self.service.objets) + 1))

    def _autre_crs(self, demande):
        self._json(self._page(demande, crs={"type": "name", "properties": {"name": "EPSG:3857"}}))

    def _vide_au_milieu(self, demande):
        self._json(self._page(demande, features=[], numberReturned=0))

    def _compte_faux(self, demande):
        self._json(self._page(demande, numberReturned=100))

    def _immense(self, demande):
        self._json(self._page(demande, numberMatched=10_000_000))

    def _sans_bout(self, _):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"type":"FeatureCollection","features":[')
        while not self.service.lache.is_set():
            self.wfile.write(b" " * 65_536)

    def _bombe(self, _):
        self._send(make_bombe(), Content_Encoding="gzip")

    def _autre_codage(self, _):
        self._send(b"{}", Content_Encoding="br")

    def _entites(self, _):
        self._send(
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
            "application/xml",
        )
