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
