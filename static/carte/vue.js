/* La vue : cadrée sur ce que l'on vise ou sur les départements choisis, tant que l'utilisateur ne l'a pas déplacée. */

const bornesVisees = () => {
  const bornes = L.latLngBounds([]);
  const etendre = (groupe, vise) => groupe.eachLayer((couche) => { if (vise(couche.feature)) bornes.extend(couche.getBounds()); });
  if (etat.cadre) etendre(couches.territoires, ({ properties }) => properties.cpts_id === etat.cadre);
  else if (etat.zone) etendre(couches.zones, ({ id }) => id === etat.zone);
  else if (etat.commune) etendre(couches.commune, () => true);
  else etendre(couches.territoires, ({ properties: { cpts_id: id, forme } }) => id === etat.selection && etat.formes[id] === forme);
  return bornes;
};

const bornesDe = (departements) => departements.reduce((toutes, { bornes }) => toutes.extend(bornes), L.latLngBounds([]));

const cadrer = () => {
  // Une page que l'on imprime, ou que l'on cache, n'a un instant ni largeur ni hauteur.
  if (Math.min(carte.getSize().x, carte.getSize().y) < TAILLE_MIN) return;
  let bornes = enEnsemble && !etat.cadre ? L.latLngBounds([]) : bornesVisees();
  attendCommune = Boolean(etat.commune && !etat.zone) && !enEnsemble && !bornes.isValid();
  if (!bornes.isValid()) bornes = bornesDe(couches.departements.filter(({ code }) => etat.departements.includes(code)));
  if (bornes.isValid()) cadrerSans(bornes);
  vueAutomatique = true;
};

/* Leaflet rend une échelle déjà bornée : celle d'avant est d'abord levée. */
const bornerRecul = () => {
  carte.options.minZoom = 0;
  carte.setMinZoom(carte.getBoundsZoom(bornesDe(couches.departements)) - RECUL_MAX);
};

const revenir = () => {
  enEnsemble = true;
  cadrer();
};

/* Ce que l'on vient de choisir se montre, même sur une carte que l'on a déplacée ; ce que l'on quitte rend l'ensemble. */
const suivreVisee = (nouveau) => {
  const vise = viser(nouveau);
  if (vise === visee) return false;
  visee = vise;
  enEnsemble = !vise;
  return Boolean(vise) || vueAutomatique;
};

const creerBouton = (signe, titre, agir) => {
  const cadre = element("div", "leaflet-bar");
  const bouton = element("a", "bouton", signe);
  Object.assign(bouton, { href: "#", title: titre, role: "button" });
  bouton.setAttribute("aria-label", titre);
  L.DomEvent.on(bouton, "click", (e) => { L.DomEvent.stop(e); agir(); });
  cadre.append(bouton);
  return cadre;
};

const creerBoutonRecadrer = () => {
  const controle = L.control({ position: "topleft" });
  controle.onAdd = () => creerBouton("⌂", "Revenir à la vue d'ensemble", revenir);
  return controle;
};

/* Sur un écran tactile, un doigt fait défiler la page et deux déplacent la carte ; en plein écran, un seul suffit. */
const suivreDoigts = () => {
  if (!matchMedia("(pointer: coarse)").matches) return;
  const cadre = carte.getContainer();
  const regler = () => carte.dragging[document.fullscreenElement ? "enable" : "disable"]();
  regler();
  document.addEventListener("fullscreenchange", regler);
  cadre.addEventListener("touchmove", ({ touches }) => {
    cadre.classList.toggle("un-doigt", touches.length === 1 && !document.fullscreenElement);
  }, { passive: true });
  for (const fin of ["touchend", "touchcancel"]) cadre.addEventListener(fin, () => cadre.classList.remove("un-doigt"));
};

const suivreUtilisateur = () => {
  const enMain = () => { vueAutomatique = false; };
  carte.on("dragstart", enMain);
  carte.getContainer().addEventListener("wheel", enMain, { passive: true });
  carte.on("dblclick boxzoomend", enMain);
  carte.zoomControl.getContainer().addEventListener("click", enMain);
  // Tab traverse la carte et Échap quitte le plein écran : seules ces touches la déplacent.
  carte.getContainer().addEventListener("keydown", ({ key }) => { if (/^(Arrow|[+=_-]$)/.test(key)) enMain(); });
  new ResizeObserver(() => {
    carte.invalidateSize({ animate: false });
    if (couches) bornerRecul();
    if (vueAutomatique && couches && etat) cadrer();
  }).observe(carte.getContainer());
};
