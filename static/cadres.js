/* La recherche et la carte ont leur propre cadre, où ni la police de la page ni ses gestes ne vont d'eux-mêmes. */
if (!document.documentElement.dataset.cadres) {
  document.documentElement.dataset.cadres = "suivis";
  const rules = (style) => { try { return [...style.cssRules]; } catch { return []; } };

  /* La police de la page y est déclarée, et employée. */
  const carry = (page) => {
    const faces = [...document.styleSheets].flatMap(rules)
      .filter((r) => r instanceof CSSFontFaceRule && r.style.getPropertyValue("font-family").includes("Source Sans"))
      .map((r) => r.cssText.replace(/url\("([^"]+)"\)/g, (_, u) => `url("${new URL(u, r.parentStyleSheet.href).href}")`));
    const style = page.createElement("style");
    style.textContent = `${faces.join("\n")} body { font-family: "Source Sans", sans-serif; }`;
    page.head.append(style);
  };

  /* Au doigt, la liste de la recherche s'ouvre sous lui : le clic qui suit choisirait la ligne venue là. Seule est choisie
   * celle que l'on a touchée. */
  const guard = (page) => {
    const ligne = ({ target }) => target.closest("[role=option]");
    let touche = false;
    page.addEventListener("touchstart", (geste) => { touche = { ligne: ligne(geste) }; }, { capture: true, passive: true });
    page.addEventListener("click", (geste) => {
      if (touche && ligne(geste) && ligne(geste) !== touche.ligne) geste.stopPropagation();
      touche = false;
    }, true);
  };

  const follow = (cadre) => {
    if (!cadre.matches?.("iframe[title*=searchbox], iframe[title*=folium]") || !cadre.contentDocument) return;
    carry(cadre.contentDocument);
    if (cadre.matches("[title*=searchbox]")) guard(cadre.contentDocument);
  };
  document.addEventListener("load", ({ target }) => follow(target), true);
  document.querySelectorAll("iframe").forEach(follow);
}
