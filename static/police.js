/* La recherche et la carte ont leur propre cadre, qui ne connaît pas la police de la page : elle y est déclarée, et employée. */
if (!document.documentElement.dataset.police) {
  document.documentElement.dataset.police = "portée";
  const rules = (style) => { try { return [...style.cssRules]; } catch { return []; } };
  const carry = (cadre) => {
    if (!cadre.matches?.("iframe[title*=searchbox], iframe[title*=folium]") || !cadre.contentDocument) return;
    const faces = [...document.styleSheets].flatMap(rules)
      .filter((r) => r instanceof CSSFontFaceRule && r.style.getPropertyValue("font-family").includes("Source Sans"))
      .map((r) => r.cssText.replace(/url\("([^"]+)"\)/g, (_, u) => `url("${new URL(u, r.parentStyleSheet.href).href}")`));
    const style = cadre.contentDocument.createElement("style");
    style.textContent = `${faces.join("\n")} body { font-family: "Source Sans", sans-serif; }`;
    cadre.contentDocument.head.append(style);
  };
  document.addEventListener("load", ({ target }) => carry(target), true);
  document.querySelectorAll("iframe").forEach(carry);
}
