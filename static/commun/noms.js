/* Le placement des noms, pour la carte et pour le lecteur : ni page, ni Leaflet, des nombres seulement.
 *
 * Une boîte est [gauche, haut, droite, bas], en pixels ; celle d'une place est relative au point que l'on nomme.
 */
globalThis.atlasNoms = (() => {
  "use strict";

  const seTouchent = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  const depasse = (boite, cadre) =>
    boite[0] < cadre[0] || boite[1] < cadre[1] || boite[2] > cadre[2] || boite[3] > cadre[3];
  const decaler = ([g, h, d, b], x, y) => [x + g, y + h, x + d, y + b];

  /* Les places d'un nom centré sur son point, puis décalé de chacun des sauts. */
  const centrer = (largeur, demiHauteur, sauts) => sauts.map((saut) => ({
    cote: "", saut, boite: [-largeur / 2, saut - demiHauteur, largeur / 2, saut + demiHauteur],
  }));

  /* Les places d'un nom à côté de son point, dont le signe s'étend à `rayon` de l'autre côté. */
  const mettreACote = (largeur, demiHauteur, ecart, rayon) => [
    { cote: "droite", saut: 0, boite: [-rayon, -demiHauteur, largeur + ecart, demiHauteur] },
    { cote: "gauche", saut: 0, boite: [-largeur - ecart, -demiHauteur, rayon, demiHauteur] },
  ];

  /* Du plus important au moins important, chacun à sa première place libre et dans le cadre. Un nom sans place
   * manque, sauf s'il est `toujours` écrit : il prend alors sa dernière, quitte à en toucher un autre. */
  const placer = (noms, cadre, occupees = []) => {
    const pris = [...occupees];
    const poses = [];
    for (const nom of noms) {
      const libre = nom.places.find(({ boite }) => {
        const placee = decaler(boite, nom.x, nom.y);
        return !depasse(placee, cadre) && !pris.some((autre) => seTouchent(placee, autre));
      });
      const place = libre || (nom.toujours ? nom.places.at(-1) : undefined);
      if (!place) continue;
      const boite = decaler(place.boite, nom.x, nom.y);
      pris.push(boite);
      poses.push({ nom, place, boite });
    }
    return poses;
  };

  return { centrer, mettreACote, placer };
})();
