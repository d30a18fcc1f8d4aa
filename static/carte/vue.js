/* La vue : cadrée sur les départements choisis tant que l'utilisateur ne l'a pas déplacée. */

const cadrer = () => {
  // Une page que l'on imprime, ou que l'on cache, n'a un instant ni largeur ni hauteur.
  if (Math.min(carte.getSize().x, carte.getSize().y) < TAILLE_MIN) return;
  const choisis = new Set(etat.departements);
  const bornes = L.latLngBounds([]);
  couches.territoires.eachLayer((couche) => {
    if (couche.feature.properties.cpts_id === etat.cadre) bornes.extend(couche.getBounds());
  });
  couches.zones.eachLayer((couche) => {
    if (couche.feature.id === etat.zone) bornes.extend(couche.getBounds());
  });
  if (!bornes.isValid()) couches.limites.eachLayer((couche) => {
    if (choisis.has(couche.feature.id)) bornes.extend(couche.getBounds());
  });
  if (bornes.isValid()) cadrerSans(bornes);
  vueAutomatique = true;
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
  controle.onAdd = () => creerBouton("⌂", "Revenir à la vue d'ensemble", cadrer);
  return controle;
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
    if (vueAutomatique && couches && etat) cadrer();
  }).observe(carte.getContainer());
};
