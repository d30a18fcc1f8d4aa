/* Dessiner avec des communes : de la souris, du doigt, du stylet. Le clavier a la liste (panneau.js), qui fait tout ce que
 * fait la carte. */

const OUTILS = {
  main: ["Déplacer", "déplacer la carte ; un clic choisit la CPTS que l'on compose"],
  commune: ["Commune", "une commune par clic"],
  pinceau: ["Pinceau", "les communes sur lesquelles on passe"],
  lasso: ["Lasso", "les communes dont le milieu est dans le tracé"],
  epci: ["Interco", "l'intercommunalité entière, d'un clic"],
};
// Ce que couvre le pinceau autour du pointeur, en pixels.
const RAYON_PINCEAU = 9;

const dessineEnGlissant = () => ["pinceau", "lasso"].includes(atelier.outil);

const choisirOutil = (outil) => {
  atelier.outil = outil;
  const cadre = carte.getContainer();
  cadre.classList.toggle("dessine", dessineEnGlissant());
  cadre.classList.toggle("touche", ["commune", "epci"].includes(outil));
  if (dessineEnGlissant()) carte.dragging.disable();
  else if (!matchMedia("(pointer: coarse)").matches || document.fullscreenElement) carte.dragging.enable();
  carte.doubleClickZoom[outil === "main" ? "enable" : "disable"]();
  for (const bouton of atelier.barre.querySelectorAll("[data-outil]")) bouton.setAttribute("aria-pressed", bouton.dataset.outil === outil);
};

/* Le geste que l'action choisie fait de ces communes. */
const agirSur = (codes, outil) => {
  const uniques = [...new Set(codes)];
  if (!uniques.length) return;
  const { scenario, action, active } = atelier;
  if (action === "verrouiller") {
    const toutes = uniques.every((code) => scenario.verrousCommunes.has(code));
    return void faire({ genre: toutes ? "deverrouiller" : "verrouiller", codes: uniques, outil });
  }
  if (action === "ajouter" && !active) return void direEtat("Choisissez d'abord la CPTS que vous composez.", true);
  const vers = action === "ajouter" ? active : null;
  const utiles = uniques.filter((code) => peutAller(scenario, code, vers));
  if (!utiles.length) {
    const verrou = uniques.some((code) => estVerrouillee(scenario, code));
    return void direEtat(verrou ? "Verrouillé : rien ne change." : vers ? "Déjà dans cette CPTS : rien ne change." : "Déjà dans aucun périmètre connu : rien ne change.");
  }
  faire(vers ? { genre: "attribuer", vers: { [vers]: utiles }, outil } : { genre: "attribuer", codes: utiles, outil });
};

/* Toutes les communes de l'intercommunalité d'une commune, où qu'elles soient. */
const codesDeLEpci = (code) => {
  const { siren } = atelier.infos.get(code) ?? {};
  return siren ? [...atelier.infos.values()].filter((info) => info.siren === siren).map((info) => info.code) : [code];
};

const toucherCarte = (latlng, geste) => {
  const trouvee = couches.communes.trouver(latlng);
  if (!trouvee) return;
  const { id } = trouvee.commune;
  if (geste.altKey || atelier.outil === "main") {
    const [premiere] = atelier.scenario?.communes.get(id) ?? [];
    if (premiere) composer(premiere);
    return;
  }
  if (atelier.outil === "commune") agirSur([id], "clic");
  else if (atelier.outil === "epci") agirSur(codesDeLEpci(id), "intercommunalité entière");
};

const autour = ({ x, y }) =>
  [[0, 0], [RAYON_PINCEAU, 0], [-RAYON_PINCEAU, 0], [0, RAYON_PINCEAU], [0, -RAYON_PINCEAU]].map(([dx, dy]) => L.point(x + dx, y + dy));

const communesSous = (point) =>
  autour(point).map((un) => couches.communes.trouver(carte.containerPointToLatLng(un))?.commune.id).filter(Boolean);

/* Le milieu d'une commune dans le tracé : elle en est. */
const communesDansLeTrace = (points) => {
  const codes = [];
  for (const departement of couches.communes.departements) {
    for (const commune of departement.communes) {
      const milieu = carte.latLngToContainerPoint(carte.unproject(commune.bornes.getCenter().add(departement.origine), ZOOM_TRACE));
      if (estDedans([milieu.x, milieu.y], points)) codes.push(commune.id);
    }
  }
  return codes;
};

const creerTrace = () => {
  const toile = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  toile.classList.add("lasso");
  toile.append(document.createElementNS("http://www.w3.org/2000/svg", "polyline"));
  carte.getContainer().append(toile);
  return toile;
};

const dessiner = () => {
  const cadre = carte.getContainer();
  const toile = creerTrace();
  let en = null;
  const point = (geste) => carte.mouseEventToContainerPoint(geste);
  const suivre = (geste) => {
    const gestes = geste.getCoalescedEvents?.() ?? [];
    for (const un of gestes.length ? gestes : [geste]) {
      const ici = point(un);
      if (atelier.outil === "lasso") en.points.push([ici.x, ici.y]);
      else for (const code of communesSous(ici)) en.codes.add(code);
    }
    if (atelier.outil === "lasso") toile.firstChild.setAttribute("points", en.points.map(String).join(" "));
    else montrerPassage(en);
  };
  cadre.addEventListener("pointerdown", (geste) => {
    const surLaCarte = geste.target === couches?.communes._container;
    if (!dessineEnGlissant() || !surLaCarte || geste.button || !atelier.scenario) return;
    if (atelier.action === "ajouter" && !atelier.active) return void direEtat("Choisissez d'abord la CPTS que vous composez.", true);
    en = { codes: new Set(), montrees: new Set(), points: [] };
    cadre.setPointerCapture(geste.pointerId);
    suivre(geste);
  });
  cadre.addEventListener("pointermove", (geste) => { if (en) suivre(geste); });
  const finir = (garde) => {
    if (!en) return;
    const { codes, points } = en;
    en = null;
    toile.firstChild.setAttribute("points", "");
    if (garde) agirSur(atelier.outil === "lasso" ? communesDansLeTrace(points) : [...codes], OUTILS[atelier.outil][0].toLowerCase());
  };
  cadre.addEventListener("pointerup", () => finir(true));
  cadre.addEventListener("pointercancel", () => { repeindreTout(); finir(false); });
};

/* Sous le pinceau, la commune prend sa couleur avant même d'être donnée. */
const montrerPassage = (en) => {
  if (atelier.action === "verrouiller" || !atelier.modifiable) return;
  const vers = atelier.action === "ajouter" ? atelier.active : null;
  const nouvelles = [...en.codes].filter((code) => !en.montrees.has(code) && peutAller(atelier.scenario, code, vers));
  for (const code of nouvelles) en.montrees.add(code);
  const couche = couches.communes;
  const couleur = vers ? atelier.scenario.cpts.get(vers).couleur : "personne";
  for (const { commune, departement } of nouvelles.map(trouverCommune).filter(Boolean)) {
    commune.couleur = couleur;
    const { echelle } = couche.placerPinceau(departement);
    couche.remplir([commune], echelle);
  }
};

const creerBarre = () => {
  const barre = element("div", "barre-outils leaflet-control");
  barre.setAttribute("role", "toolbar");
  barre.setAttribute("aria-label", "Outils de dessin");
  for (const [outil, [nom, titre]] of Object.entries(OUTILS)) {
    const bouton = element("button", "outil", nom);
    bouton.type = "button";
    bouton.dataset.outil = outil;
    bouton.title = titre;
    bouton.addEventListener("click", () => choisirOutil(outil));
    barre.append(bouton);
  }
  L.DomEvent.disableClickPropagation(barre);
  return barre;
};

/* Ce que veut dire ce que l'on voit ; les teintes ne font que distinguer les CPTS. */
const creerSignes = () => {
  const bloc = element("div", "signes-atelier leaflet-control");
  for (const [classe, mots] of [
    ["signe personne", "dans aucun périmètre connu"], ["signe plusieurs-cpts", "dans plusieurs"],
    ["signe trait", "limite de CPTS"], ["signe trait active", "celle que l'on compose"],
  ]) {
    const ligne = element("p", "", mots);
    ligne.prepend(element("span", classe));
    bloc.append(ligne);
  }
  return bloc;
};
