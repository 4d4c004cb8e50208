/// <reference lib="dom" />
import type { OwnRule } from "./types.ts";

const LINKS = "a[href]:not([role]), [role=link]";

/** Links: what they say and what they do. */
export const LINK_RULES: OwnRule[] = [
  {
    id: "link-vague",
    impact: "moderate",
    tags: ["wcag244", "wcag249"],
    help: "A link says where it leads",
    fix: 'Say in the link where it leads ("Read the delivery terms"), or add aria-label with the visible words first',
    selector: LINKS,
    find(element, kit) {
      const vague = [
        "click here|click|click this|click me|here|read here|see here|this|this link|this page|link|links|go|more|read more|see more",
        "learn more|find out more|view more|show more|more info|more information|more details|details|info|continue|continue reading",
        "read|read on|see|view|visit|open|download|download here|check it out|page|website|this website|url|full story",
        "hier|hier klicken|klick hier|klicken sie hier|mehr|mehr lesen|weiterlesen|weiter|mehr erfahren|mehr infos|link öffnen",
        "ici|cliquez ici|cliquer ici|lire|lire la suite|en savoir plus|plus|suite|voir plus|aquí|haga clic aquí|clic aquí|más",
        "leer más|ver más|más información|qui|clicca qui|leggi|leggi di più|scopri di più|klik hier|lees meer|meer|meer info",
        "saiba mais|clique aqui|aqui|leia mais|ver mais",
      ]
        .join("|")
        .split("|");
      if (!vague.includes(kit.bareName(element))) return null;
      return `the link "${kit.name(element)}" does not say where it leads when it is read by itself`;
    },
  },
  {
    id: "link-in-context-vague",
    impact: "serious",
    tags: ["wcag244"],
    help: "A link says where it leads, at least together with its sentence, list item, cell or heading",
    fix: "Put the destination into the link text, or the link into the sentence that names it",
    selector: LINKS,
    find(element, kit) {
      const vague =
        /^(click here|click|here|this|link|go|more|read more|download|details|view|see|open|info)$/;
      if (!vague.test(kit.bareName(element))) return null;
      if (element.hasAttribute("aria-describedby") || element.getAttribute("title")) return null;
      // Paragraph, list items and cells around it, and the headers of its cell, are its context.
      for (let at = element.parentElement; at; at = at.parentElement) {
        const cell = at.matches("td, th, [role=cell], [role=gridcell]");
        const block = at.matches("p, li, dd, dt, blockquote, figure, [role=listitem]") || cell;
        if (block && kit.textAround(at, element).length > 3) return null;
        if (cell && at.closest("tr")?.querySelector("th")) return null;
        if (at.matches("main, body, article, section, table")) break;
      }
      const section = element.closest("article, section, li, div");
      const heading =
        section?.matches("article, section, li") && section.querySelector("h1, h2, h3, h4, h5, h6");
      if (heading) return null;
      return `neither the link "${kit.name(element)}" nor the sentence, list item or cell it stands in says where it leads`;
    },
  },
  {
    id: "link-is-address",
    impact: "minor",
    tags: ["best-practice"],
    help: "A link is named by words, not by an address",
    fix: "Write what the page is about, and leave the address to href",
    selector: "a[href]",
    find(element, kit) {
      const said = kit.name(element);
      if (!/^https?:\/\/\S{25,}$/i.test(said)) return null;
      return `a screen reader spells out "${said.slice(0, 60)}"`;
    },
  },
  {
    id: "link-new-window",
    impact: "minor",
    tags: ["wcag325", "best-practice"],
    help: "A link that opens a new window says so",
    fix: 'Remove target="_blank", or add "(opens in a new tab)" to the link',
    selector: "a[href][target=_blank]",
    find(element, kit) {
      const said = `${kit.name(element)} ${element.getAttribute("title") ?? ""} ${element.textContent}`;
      if (
        /new (window|tab)|external|neue[ms]? (fenster|tab)|nouve(l|lle) (fenêtre|onglet)|nueva (ventana|pestaña)/i.test(
          said,
        )
      ) {
        return null;
      }
      const icon = element.querySelector("svg, img, i, [class*=icon], [class*=external]");
      return icon ? null : `"${kit.name(element)}" opens a new window without saying so`;
    },
  },
  {
    id: "link-without-target",
    impact: "serious",
    tags: ["wcag211", "wcag241"],
    help: "A link inside the page leads to something that is there",
    fix: "Give the target this id, or correct href",
    selector: "a[href^='#']",
    find(element) {
      const wanted = decodeURIComponent((element.getAttribute("href") ?? "").slice(1));
      // "#!/route" and "#/route" belong to a router; "#" and "#top" always work.
      if (wanted === "" || wanted === "top" || /^[!/]/.test(wanted)) return null;
      if (element.matches("[onclick], [role], [role=tablist] *")) return null;
      const root = element.getRootNode() as Document | ShadowRoot;
      if (root.getElementById(wanted) || document.getElementsByName(wanted).length > 0) return null;
      const first = [...document.querySelectorAll("a[href]")].indexOf(element) < 3;
      const skips = first && /skip|jump|main|content|navigation/i.test(element.textContent ?? "");
      return skips ? `nothing on this page has the id "${wanted}": the skip link leads nowhere` : null;
    },
  },
];
