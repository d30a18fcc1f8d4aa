/* Les mots d'une diapositive, tels qu'ils se composent : ni page, ni Leaflet. */

/* Un nombre ne se sépare pas de ce qu'il compte, ni une ponctuation de son mot. */
const INSECABLES = /\d (?=[\p{L}%])|(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre) (?=\d)|« | (?=[»:;!?])/gu;
const composer = (texte) => texte.replace(INSECABLES, (trouve) => trouve.replace(" ", "\u00a0"));

/* « près de 10 % » : la précision au-dessus, le nombre en grand, l'unité en dessous. */
const decouperChiffre = (texte) => {
  const lu = /^(\D*?)(\d[\d\s,.]*(?:\s?%)?)(.*)$/su.exec(texte);
  return lu ? [["precision", lu[1]], ["nombre", lu[2]], ["precision", lu[3]]] : [["nombre", texte]];
};
