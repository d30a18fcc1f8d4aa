/* Les couches, encore sans peinture. */

const creerTerritoires = () => {
  const rendu = L.svg({ pane: "territoires", padding: 0.5 });
  return L.geoJson(null, {
    pane: "territoires",
    renderer: rendu,
    onEachFeature: (objet, couche) => {
      taire(couche);
      direSurvol(couche);
      couche.bindTooltip(element("div"), { sticky: true });
      couche.on("tooltipopen", () => remplirBulle(couche, objet.properties.cpts_id));
      couche.on("mouseover", () => peindreTerritoire(couche, true));
      couche.on("mouseout", () => peindreTerritoire(couche, false));
      couche.on("click", () => choisir(objet.properties.cpts_id));
    },
  });
};

const remplirReperes = (groupe, reperes) => {
  const rendu = L.svg({ pane: "reperes", padding: 0.5 });
  for (const repere of reperes) {
    const couche = L.circleMarker([repere.lat, repere.lon], { pane: "reperes", renderer: rendu, radius: 8 });
    couche.feature = { id: repere.id, properties: repere };
    taire(couche);
    direSurvol(couche);
    couche.bindTooltip(element("div"), { direction: "top" });
    couche.on("tooltipopen", () => remplirBulle(couche, repere.id));
    couche.on("click", () => choisir(repere.id));
    groupe.addLayer(couche);
  }
};

const creerDepartements = (donnees) => {
  const style = { interactive: false, fill: false };
  return {
    voiles: L.geoJson(donnees, { ...style, pane: "voiles", renderer: L.svg({ pane: "voiles", padding: 0.5 }), stroke: false }),
    limites: L.geoJson(donnees, { ...style, pane: "limites", renderer: L.svg({ pane: "limites", padding: 0.5 }) }),
  };
};
