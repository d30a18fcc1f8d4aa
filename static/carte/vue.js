/* La vue : cadrée sur les départements choisis tant que l'utilisateur ne l'a pas déplacée. */

const cadrer = () => {
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
  if (bornes.isValid()) carte.fitBounds(bornes, { padding: [8, 8], animate: false });
  vueAutomatique = true;
};

const creerBoutonRecadrer = () => {
  const controle = L.control({ position: "topleft" });
  controle.onAdd = () => {
    const cadre = element("div", "leaflet-bar");
    const bouton = element("a", "recadrer", "⤢");
    Object.assign(bouton, { href: "#", title: "Recadrer la carte", role: "button" });
    bouton.setAttribute("aria-label", bouton.title);
    L.DomEvent.on(bouton, "click", (e) => { L.DomEvent.stop(e); cadrer(); });
    cadre.append(bouton);
    return cadre;
  };
  return controle;
};

const suivreUtilisateur = () => {
  const enMain = () => { vueAutomatique = false; };
  carte.on("dragstart", enMain);
  carte.getContainer().addEventListener("wheel", enMain, { passive: true });
  carte.on("dblclick boxzoomend", enMain);
  carte.zoomControl.getContainer().addEventListener("click", enMain);
  carte.getContainer().addEventListener("keydown", enMain);
  new ResizeObserver(() => {
    carte.invalidateSize({ animate: false });
    if (vueAutomatique && couches && etat) cadrer();
  }).observe(carte.getContainer());
};
