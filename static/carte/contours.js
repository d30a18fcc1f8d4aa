/* Les contours, relus tels que rendu/carte/couches.py les écrit : ni page, ni Leaflet.
 *
 * Un anneau est une suite de pas, en entiers, d'un point au suivant ; le premier part de l'origine, et le dernier point
 * est le premier. Un bord que deux formes partagent a ainsi les mêmes points dans les deux. */
const formerAnneau = (pas, echelle) => {
  const points = [];
  let x = 0, y = 0;
  for (let rang = 0; rang < pas.length; rang += 2) {
    x += pas[rang];
    y += pas[rang + 1];
    points.push([x / echelle, y / echelle]);
  }
  return points.concat([points[0]]);
};

/* Les bords de groupes de formes : ceux que deux formes d'un groupe partagent n'en sont pas. Rend, par groupe, des points
 * deux à deux. */
const contournerGroupes = (features, groupeDe) => {
  const groupes = new Map();
  features.forEach(({ geometry }, rang) => {
    const groupe = groupeDe(rang);
    if (groupe === undefined) return;
    if (!groupes.has(groupe)) groupes.set(groupe, new Map());
    const bords = groupes.get(groupe);
    for (const anneau of geometry.coordinates.flat()) {
      for (let n = 1; n < anneau.length; n += 1) {
        const deux = [anneau[n - 1], anneau[n]];
        const cle = deux.map(String).sort().join(";");
        if (!bords.delete(cle)) bords.set(cle, deux);
      }
    }
  });
  return [...groupes.values()].flatMap((bords) => [...bords.values()]);
};

const formerCollection = ({ echelle, features }) => ({
  type: "FeatureCollection",
  features: features.map(({ id, properties, polygones }) => ({
    type: "Feature", id, properties,
    geometry: {
      type: "MultiPolygon",
      coordinates: polygones.map((anneaux) => anneaux.map((pas) => formerAnneau(pas, echelle))),
    },
  })),
});
