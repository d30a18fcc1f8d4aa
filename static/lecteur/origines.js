/* « D'où vient ce chiffre ? » : la réponse est dans la diapositive, et s'ouvre au-dessus du pied. */

const ouvrirOrigines = (ouvertes) => {
  par("origines").hidden = !ouvertes;
  par("bouton-origines").setAttribute("aria-expanded", ouvertes);
  if (ouvertes) par("origines").focus({ preventScroll: true });
};

const basculerOrigines = () => {
  if (!par("bouton-origines").hidden) ouvrirOrigines(par("origines").hidden);
};

const ecrireOrigines = (origines) => {
  ouvrirOrigines(false);
  par("bouton-origines").hidden = !origines.length;
  par("origines").replaceChildren(...origines.map(({ texte }) => {
    const [titre, ...lignes] = texte.split("\n");
    const article = element("article");
    article.append(element("h2", "", titre), ...lignes.map((ligne) => element("p", "", ligne)));
    return article;
  }));
};
