/* Ce qui règle la carte, et ce qu'elle sait : Python joint ces fichiers en un seul script, dans l'ordre d'une liste. */

const TRAIT = { commune: 0.6, epci: 1.6, etabli: 1.4, survol: 2.4, choisi: 3 };
const FOND_IGN =
  "https://data.geopf.fr/wmts?SERVICE=WMTS&VERSION=1.0.0&REQUEST=GetTile&STYLE=normal&TILEMATRIXSET=PM" +
  "&FORMAT=image/png&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}";
// Du plus bas au plus haut : les communes, le voile des départements non choisis, leurs limites, les territoires…
const PLANS = { communes: 340, voiles: 350, zones: 360, limites: 390, territoires: 400, cercles: 415, reperes: 420, commune: 425, noms: 630 };

// Les communes ne sont lues et peintes que si les départements en vue, ou les choisis parmi eux, n'en
// comptent pas davantage : il y a place pour la plus grande région.
const COMMUNES_MAX = 6000;

// Au-delà, la vue est nationale : traits et repères fins, et les seules préfectures sont nommées.
const DEPARTEMENTS_MAX = 20;
// Python n'envoie que l'initiale de la forme, dans l'ordre du fichier des territoires.
const FORMES = { c: "complet", e: "etabli", r: "repere" };

// Plus étroite ou plus basse, la carte n'a pas de place pour une légende dépliée.
const LARGEUR_ETROITE = 560;
const HAUTEUR_BASSE = 420;
const TAILLE_MIN = 50;
// Ce que met un message à quitter la page.
const DEPART_MS = 50;
// Ce que met un choix à faire travailler la page.
const TRANSIT_MS = 300;
// De plus près, on ne verrait plus ce qui entoure une petite commune.
const ZOOM_CADRE_MAX = 11;
// On ne s'éloigne pas davantage de la vue d'ensemble : il n'y a plus rien à voir autour.
const RECUL_MAX = 1;

// `etat` est ce qui est peint, `attendu` ce que le serveur vient de dire : le même, sauf tant que ses couleurs se lisent.
let carte, dossier, couleursClaires, teintesSombres, couleurs, couches, etat, attendu, fond, vueAutomatique, visee = null;
// Le scénario que l'on compose (static/atelier/), sur la seule page qui en a un.
let atelier = null;
let vueNationale = false, sombre = false;
// Une carte encore jamais peinte n'est pas encore cadrée.
let aRecadrer = true;
// Cadrée sur les départements choisis plutôt que sur ce que l'on vise ; ou sur une commune dont le contour se lit encore.
let enEnsemble = false, attendCommune = false;
const jeux = new Map();
