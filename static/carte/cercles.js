/* Les cercles proportionnels, et ce que l'on voit de chaque CPTS. */

/* Ce que l'on voit de chaque CPTS, et où on l'annote : au milieu de son territoire, ou à son repère. */
const visibles = () => {
  const vues = [];
  couches.territoires.eachLayer((couche) => {
    const { cpts_id: id, forme, ancre } = couche.feature.properties;
    if (etat.formes[id] === forme) {
      vues.push({ id, couche, lat: ancre[1], lon: ancre[0], estRepere: false, court: couches.cpts.get(id).court, bornes: couche.getBounds() });
    }
  });
  couches.reperes.eachLayer((couche) => {
    const { id, lon, lat } = couche.feature.properties;
    if (etat.formes[id] === "repere") vues.push({ id, couche, lat, lon, estRepere: true });
  });
  return vues;
};

/* Une surface dit le nombre. Un geste sur un cercle est un geste sur son territoire. */
const peindreCercles = () => {
  const traces = visibles().filter(({ id }) => etat.cercles[id]);
  const peinture = traces.map(({ id, estRepere }) => [id, estRepere, etat.cercles[id]]).join();
  if (couches.cerclesPeints === peinture) return;
  couches.cerclesPeints = peinture;
  couches.cercles.clearLayers();
  // Les plus petits au-dessus : aucun n'est caché.
  traces.sort((a, b) => etat.cercles[b.id] - etat.cercles[a.id]);
  for (const { id, couche, lat, lon } of traces) {
    const cercle = L.circleMarker([lat, lon], {
      pane: "cercles", renderer: couches.renduCercles, radius: etat.cercles[id],
      color: couleurs.cercle_bord, weight: 1, fillColor: couleurs.cercle, fillOpacity: 0.8,
    });
    for (const geste of ["click", "mouseover", "mousemove", "mouseout"]) {
      cercle.on(geste, ({ latlng, originalEvent }) => couche.fire(geste, { latlng, originalEvent }, true));
    }
    couches.cercles.addLayer(cercle);
  }
};
