/* Les communes, sur une seule image : chacune est tracée une fois, à une échelle que chaque vue agrandit. Changer de vue
 * ne reprojette donc rien. */

const ZOOM_TRACE = 8;

/* Un anneau après l'autre, en pixels comptés depuis un point du département : les traces gardent leur finesse de près. */
const tracer = ({ geometry }, origine) => {
  const trace = new Path2D();
  const bornes = L.bounds([]);
  for (const anneau of geometry.coordinates.flat()) {
    anneau.forEach(([lon, lat], rang) => {
      const point = carte.project([lat, lon], ZOOM_TRACE).subtract(origine);
      bornes.extend(point);
      if (rang) trace.lineTo(point.x, point.y);
      else trace.moveTo(point.x, point.y);
    });
    trace.closePath();
  }
  return { trace, bornes };
};

const tracerCommunes = ({ features }, departement) => {
  departement.origine = carte.project(departement.bornes.getCenter(), ZOOM_TRACE);
  return features.map((commune, rang) => ({ ...commune, rang, ...tracer(commune, departement.origine) }));
};

/* Les contours des intercommunalités, d'un département : les bords de leurs communes, moins ceux qu'elles partagent. */
const tracerContours = (departement) => {
  const trace = new Path2D();
  const bords = contournerGroupes(departement.communes, (rang) => rangDans(couches.niveau.places, departement.code, rang));
  for (const [a, b] of bords) {
    const [de, vers] = [a, b].map(([lon, lat]) => carte.project([lat, lon], ZOOM_TRACE).subtract(departement.origine));
    trace.moveTo(de.x, de.y);
    trace.lineTo(vers.x, vers.y);
  }
  return trace;
};

/* Ce que vaut le territoire dont est une commune ; elle-même n'est pas nommée deux fois. */
const direDeCommune = (commune, departement) => {
  const place = etat.parNiveau && placeDe(commune, departement);
  if (place === undefined) return "";
  const nom = couches.niveau.noms[place];
  const { croisement } = couches.peinture;
  if (croisement) return [nom, ...direCroisees(croisement, croisement.peintures.map((une) => direDePlace(place, une)))];
  const texte = direDePlace(place);
  return nom ? nom + " : " + texte : texte;
};

const bulleDeCommune = (commune, departement) => {
  if (atelier) return bulleDAtelier(commune);
  const [ids, { cpts }] = [[...couches.cpts.keys()], commune.properties];
  const formeDe = (rang) => etat.formes[ids[rang]];
  const rangs = dessinees(cpts, formeDe);
  const noms = nommerCpts(cpts, rangs, (rang) => couches.cpts.get(ids[rang]).nom);
  return bulle(commune.properties.nom, [
    direDeCommune(commune, departement),
    direCommune(estBlanche(commune, departement), cpts, noms, estMasquee(cpts, formeDe)),
  ].flat().filter(Boolean));
};

/* Des hachures, aussi fines à toutes les échelles : simples, ou croisées pour une valeur retenue. */
const HACHURES = {
  hachures: ["M-1 11L11 -1", "encre_note"],
  croisees: ["M-1 -1L11 11M-1 11L11 -1", "encre_note"],
  // Dans aucune CPTS d'un scénario, dans plusieurs : ce que l'on compose ne le cache pas.
  personne: ["M-1 11L11 -1M-3 3L3 -3M7 13L13 7", "zone_blanche"],
  plusieurs: ["M-1 -1L11 11M-1 11L11 -1", "zone_blanche"],
};

const creerMotif = (pinceau, echelle, [trait, couleur], fond = couleurs.blanc) => {
  const motif = element("canvas");
  motif.width = motif.height = 10;
  const dessin = motif.getContext("2d");
  if (fond) {
    dessin.fillStyle = fond;
    dessin.fillRect(0, 0, 10, 10);
  }
  dessin.strokeStyle = couleurs[couleur];
  dessin.stroke(new Path2D(trait));
  const repete = pinceau.createPattern(motif, "repeat");
  repete.setTransform(new DOMMatrix().scale(0.6 / echelle));
  return repete;
};

const CoucheCommunes = L.Renderer.extend({
  // De chaque côté, ce que l'image montre au-delà de la vue : on peut la faire glisser.
  options: { pane: "communes", padding: 0.3 },

  departements: [],

  montrer(departements) {
    if (String(departements.map(({ code }) => code)) === String(this.departements.map(({ code }) => code))) return;
    this.departements = departements;
    this.redessiner();
  },

  _initContainer() {
    this._container = element("canvas");
    this.pinceau = this._container.getContext("2d");
    this.infobulle = L.tooltip();
    this._container.addEventListener("mousemove", (geste) => {
      if (!carte.dragging.moving()) this.pointer(carte.mouseEventToLatLng(geste));
    });
    this._container.addEventListener("mouseout", () => this.quitter());
    // Leaflet ne dit pas de clic au bout d'un glissement.
    carte.on("click", ({ latlng, originalEvent }) => { if (originalEvent?.target === this._container) this.choisir(latlng); });
  },

  _destroyContainer() { this._container.remove(); },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    this.redessiner();
  },

  /* Une fois, à la prochaine image, pour tout ce qui l'aura demandé d'ici là. */
  redessiner() { this.demande ??= requestAnimationFrame(() => this.dessiner()); },

  dessiner() {
    cancelAnimationFrame(this.demande);
    this.demande = undefined;
    const { x, y } = this._bounds.getSize();
    L.DomUtil.setPosition(this._container, this._bounds.min);
    Object.assign(this._container, { width: devicePixelRatio * x, height: devicePixelRatio * y });
    Object.assign(this._container.style, { width: x + "px", height: y + "px" });
    for (const departement of this.departements) this.dessinerDepartement(departement);
  },

  /* Compter en pixels du département ; rend l'échelle, et le coin de l'image. */
  placerPinceau({ origine }) {
    const { pinceau } = this;
    const echelle = carte.getZoomScale(this._zoom, ZOOM_TRACE);
    const coin = carte.getPixelOrigin().add(this._bounds.min).divideBy(echelle).subtract(origine);
    pinceau.resetTransform();
    pinceau.scale(devicePixelRatio * echelle, devicePixelRatio * echelle);
    pinceau.translate(-coin.x, -coin.y);
    pinceau.lineWidth = TRAIT.commune / echelle;
    pinceau.lineJoin = "round";
    return { echelle, coin };
  },

  dessinerDepartement(departement) {
    const { pinceau } = this;
    const { echelle, coin } = this.placerPinceau(departement);
    const cadre = L.bounds(coin, coin.add(this._bounds.getSize().divideBy(echelle)));
    this.remplir(departement.communes.filter(({ bornes }) => cadre.intersects(bornes)), echelle);
    if (atelier) tracerCpts(departement, pinceau, echelle);
    if (etat.parNiveau !== "epci") return;
    pinceau.lineWidth = TRAIT.epci / echelle;
    pinceau.strokeStyle = etat.fond ? couleurs.trait_ecran : couleurs.blanc;
    pinceau.stroke(departement.contours);
  },

  remplir(communes, echelle) {
    const { pinceau } = this;
    const bord = etat.fond ? couleurs.trait_ecran : couleurs.blanc;
    const creerMotifs = (fond) => Object.fromEntries(Object.entries(HACHURES).map(([nom, trait]) => [nom, creerMotif(pinceau, echelle, trait, fond)]));
    const motifs = creerMotifs();
    const parDessus = atelier?.besoin && creerMotifs(null);
    for (const commune of communes) {
      pinceau.globalAlpha = opaciteDeCommune();
      pinceau.fillStyle = motifs[commune.couleur] ?? commune.couleur;
      // Par intercommunalité, une commune ne se distingue pas de sa voisine : son bord est de sa couleur.
      pinceau.strokeStyle = etat.parNiveau === "epci" ? pinceau.fillStyle : bord;
      pinceau.fill(commune.trace, "evenodd");
      if (parDessus?.[commune.dessus]) {
        pinceau.fillStyle = parDessus[commune.dessus];
        pinceau.fill(commune.trace, "evenodd");
      }
      if (etat.parNiveau !== "epci") pinceau.globalAlpha = 1;
      pinceau.stroke(commune.trace);
    }
    pinceau.globalAlpha = 1;
  },

  trouver(latlng) {
    this.pinceau.resetTransform();
    const point = carte.project(latlng, ZOOM_TRACE);
    for (const departement of this.departements) {
      const { x, y } = point.subtract(departement.origine);
      const contient = ({ bornes, trace }) => bornes.contains([x, y]) && this.pinceau.isPointInPath(trace, x, y, "evenodd");
      const commune = departement.communes.find(contient);
      if (commune) return { commune, departement };
    }
    return null;
  },

  pointer(latlng) {
    const trouvee = this.trouver(latlng);
    if (!trouvee) return void this.quitter();
    const { commune, departement } = trouvee;
    if (!atelier) this._container.style.cursor = etat.cherchables ? "pointer" : "";
    if (commune !== this.pointee) this.infobulle.setContent(bulleDeCommune(commune, departement));
    this.pointee = commune;
    this.infobulle.setLatLng(latlng).openOn(carte);
  },

  quitter() {
    this.pointee = undefined;
    if (!atelier) this._container.style.cursor = "";
    this.infobulle.close();
  },

  choisir(latlng) {
    if (atelier) return;
    const trouvee = etat.cherchables && this.trouver(latlng);
    if (trouvee) chercherCommune(trouvee.commune.id, trouvee.departement.code);
  },
});
