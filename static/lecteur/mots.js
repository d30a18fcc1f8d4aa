/* Les mots d'une diapositive, tels qu'ils se composent : ni page, ni Leaflet. */

/* Un nombre ne se sépare pas de ce qu'il compte, ni une ponctuation de son mot. */
const INSECABLES = /\d (?=[\p{L}%])|(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre) (?=\d)|« | (?=[»:;!?])/gu;
const composer = (texte) => texte.replace(INSECABLES, (trouve) => trouve.replace(" ", "\u00a0"));

/* « près de 10 % » : la précision au-dessus, le nombre en grand, l'unité en dessous. */
const decouperChiffre = (texte) => {
  const lu = /^(\D*?)(\d[\d\s,.]*(?:\s?%)?)(.*)$/su.exec(texte);
  return lu ? [["precision", lu[1]], ["nombre", lu[2]], ["precision", lu[3]]] : [["nombre", texte]];
};

/* « 14 h 05 ». */
const ecrireHeure = (date) => date.getHours() + "\u00a0h\u00a0" + String(date.getMinutes()).padStart(2, "0");

/* « 4:07 », puis « 1:04:07 » : un temps écoulé, en millisecondes. */
const ecrireDuree = (ms) => {
  const secondes = Math.max(0, Math.floor(ms / 1000));
  const parties = [Math.floor(secondes / 3600), Math.floor(secondes / 60) % 60, secondes % 60];
  const utiles = parties[0] ? parties : parties.slice(1);
  return utiles.map((partie, ordre) => (ordre ? String(partie).padStart(2, "0") : partie)).join(":");
};
