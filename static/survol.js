/* Pointer une ligne d'un tableau montre sur la carte ce qu'elle nomme, et l'inverse (static/carte/survol.js).
 * Un tableau est un dessin : ce qu'il tient pour les lecteurs d'écran dit ses lignes. Des affectations, et non des
 * écouteurs : chaque page exécute ce texte, un seul doit rester. */
(() => {
  // La hauteur d'une ligne, titres compris, chez Streamlit.
  const LIGNE_PX = 35;
  const lire = (ligne) => [...ligne.querySelectorAll("td, [role=gridcell]")].map((cellule) => cellule.textContent.trim());
  const lignes = (tableau) => [...tableau.querySelectorAll("canvas [role=row]")].filter((ligne) => ligne.ariaRowIndex > 1);
  const defilement = (tableau) => tableau.querySelector(".dvn-scroller")?.scrollTop ?? 0;
  const carte = () => document.querySelector("iframe[title*=folium]")?.contentWindow.atlasCarte;

  document.onmousemove = ({ target, clientY }) => {
    const tableau = target.closest?.(".stDataFrame");
    if (!tableau) return carte()?.survoler([]);
    const { top } = tableau.querySelector("canvas").getBoundingClientRect();
    const rang = Math.floor((clientY - top - LIGNE_PX + defilement(tableau)) / LIGNE_PX);
    const ligne = lignes(tableau).find((autre) => Number(autre.ariaRowIndex) === rang + 2);
    carte()?.survoler(ligne ? lire(ligne) : []);
  };

  window.atlasSurvol = (nom) => {
    const marque = document.getElementById("survol") ?? document.body.appendChild(Object.assign(document.createElement("div"), { id: "survol" }));
    marque.hidden = true;
    if (!nom) return;
    for (const tableau of document.querySelectorAll(".stDataFrame")) {
      const ligne = tableau.offsetParent && lignes(tableau).find((autre) => lire(autre).includes(nom));
      if (!ligne) continue;
      const { left, top, width, height } = tableau.querySelector("canvas").getBoundingClientRect();
      const y = (Number(ligne.ariaRowIndex) - 1) * LIGNE_PX - defilement(tableau);
      if (y < LIGNE_PX || y + LIGNE_PX > height) return;
      Object.assign(marque.style, { left: `${left}px`, top: `${top + y}px`, width: `${width}px`, height: `${LIGNE_PX}px` });
      marque.hidden = false;
      return;
    }
  };
})();
