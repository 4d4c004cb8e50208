/// <reference lib="dom" />
import type { OwnRule } from "./types.ts";

/** Text: whether it can be read, and whether the page says what it is. */
export const TEXT_RULES: OwnRule[] = [
  {
    id: "title-vague",
    impact: "serious",
    tags: ["wcag242"],
    help: "The title says what the page is about",
    fix: "Write the subject of the page first, then the name of the site",
    selector: "html",
    find() {
      const title = document.title.trim();
      if (window.top !== window || title === "") return null;
      const vague =
        /^(untitled( document| page)?|document|page( ?\d+)?|title|index(\.html?)?|home ?page|new page|webpage|website|test( page)?|my (page|site)|enter (the )?title( of your)?.*|lorem ipsum.*|todo|tbd|vite app|react app|vite \+ .*|create next app|insert title( here)?|no title|\w[\w-]*\.(html?|php|aspx?|jsp))$/i;
      if (vague.test(title)) return `the title "${title}" could stand above any page`;
      return null;
    },
  },
  {
    id: "text-justified",
    impact: "minor",
    tags: ["wcag148", "best-practice"],
    help: "Text is not justified",
    fix: "Use text-align: start (rivers of white space make long text hard to follow)",
    selector: "p, li, dd, blockquote, div",
    find(element, kit) {
      const style = getComputedStyle(element);
      if (style.textAlign !== "justify" || kit.ownText(element).length < 120) return null;
      return "its text is justified over several lines";
    },
  },
  {
    id: "text-capitals",
    impact: "minor",
    tags: ["best-practice"],
    help: "Sentences are not written in capitals",
    fix: "Write them as sentences; leave capitals to short labels",
    selector: "p, li, dd, blockquote, div, span",
    find(element, kit) {
      const own = kit.ownText(element);
      const letters = own.replace(/[^\p{L}]/gu, "");
      if (letters.length < 60) return null;
      const painted = getComputedStyle(element).textTransform === "uppercase";
      return painted || (letters === letters.toUpperCase() && letters !== letters.toLowerCase())
        ? `${own.length} characters in capitals`
        : null;
    },
  },
  {
    id: "text-italic",
    impact: "minor",
    tags: ["best-practice"],
    help: "Long text is not set in italics",
    fix: "Keep italics for single words",
    selector: "p, li, dd, div, em, i",
    find(element, kit) {
      if (element.closest("blockquote, figcaption, cite, q, address")) return null;
      const own = kit.ownText(element);
      if (own.length < 140 || getComputedStyle(element).fontStyle !== "italic") return null;
      return `${own.length} characters in italics`;
    },
  },
  {
    id: "text-underlined",
    impact: "minor",
    tags: ["best-practice"],
    help: "Only links are underlined",
    fix: "Stress words with <strong> or <em>",
    selector: "u, span, p, div, strong, b, em",
    find(element, kit) {
      if (element.closest("a, [role=link], button, abbr, ins, label, h1, h2, h3, nav")) return null;
      const style = getComputedStyle(element);
      if (!style.textDecorationLine.includes("underline") || style.textDecorationStyle !== "solid")
        return null;
      const own = kit.ownText(element);
      if (own.length < 3 || style.cursor === "pointer") return null;
      return `"${own.slice(0, 40)}" looks like a link and is none`;
    },
  },
  {
    id: "text-tiny",
    impact: "moderate",
    tags: ["best-practice"],
    help: "Text is large enough to read",
    fix: "Use at least 12 px, better 16 px (1rem)",
    selector: "p, li, td, dd, span, a, div, label, small",
    find(element, kit) {
      const own = kit.ownText(element);
      const size = Number.parseFloat(getComputedStyle(element).fontSize);
      if (own.length < 4 || size >= 9 || size === 0 || element.closest("svg, sup, sub, [aria-hidden=true]"))
        return null;
      return `"${own.slice(0, 30)}" is ${size} px high`;
    },
  },
  {
    id: "text-tight",
    impact: "minor",
    tags: ["wcag148", "best-practice"],
    help: "Lines of text do not touch each other",
    fix: "Use line-height: 1.5",
    selector: "p, li, dd, blockquote, div",
    find(element, kit) {
      const own = kit.ownText(element);
      const style = getComputedStyle(element);
      const ratio = Number.parseFloat(style.lineHeight) / Number.parseFloat(style.fontSize);
      if (own.length < 200 || !(ratio < 1.1)) return null;
      return `its lines stand ${ratio.toFixed(2)} of the font size apart`;
    },
  },
  {
    id: "text-spread",
    impact: "minor",
    tags: ["wcag131"],
    help: "Words are not spread with spaces",
    fix: "Use letter-spacing: a screen reader reads each letter by itself",
    selector: "h1, h2, h3, h4, p, a, span, strong, b, div, td, li",
    find(element, kit) {
      const own = kit.ownText(element);
      const spread = /(?:^|\s)((?:\p{L}\s){3,}\p{L})(?:\s|$)/u.exec(own);
      return spread ? `"${spread[1]}"` : null;
    },
  },
  {
    id: "colour-instruction",
    impact: "moderate",
    tags: ["wcag133"],
    help: "Instructions do not lean on colour, shape or place alone",
    fix: 'Name the thing as well: "the Send button on the right"',
    selector: "p, li, label, legend, td, dd, div, span",
    find(element, kit) {
      const own = kit.ownText(element);
      if (own.length > 300) return null;
      const said =
        /\b(press|click|select|choose|use|push|tap) (on )?the (red|green|blue|yellow|orange|grey|gray|black|white|purple|pink) (button|link|icon|box|circle|square|one|item|arrow)\b(?! (labell?ed|named|called|marked|that says))/i.exec(
          own,
        );
      return said ? `"${said[0]}"` : null;
    },
  },
  {
    id: "text-follows-window",
    impact: "moderate",
    tags: ["wcag144"],
    help: "Text grows when the page is zoomed",
    fix: "Add a part that grows: font-size: clamp(1rem, 0.8rem + 1vw, 2rem)",
    selector: "p, li, td, dd, a, button, label, h1, h2, h3, h4, span, div, body",
    find(element, kit) {
      if (kit.ownText(element).length < 3 && !element.matches("body")) return null;
      const follows = (style: CSSStyleDeclaration) => /^[\d.]+v(w|h|min|max|i|b)$/.test(style.fontSize);
      // Read once, however many elements are asked about.
      const cache = window as Window & { metaOrchSized?: CSSStyleRule[] };
      cache.metaOrchSized ??= [...document.styleSheets].flatMap((sheet) => {
        try {
          const rules = [...sheet.cssRules].filter((rule) => rule instanceof CSSStyleRule);
          return (rules as CSSStyleRule[]).filter(({ style }) => follows(style));
        } catch {
          return [];
        }
      });
      const said = cache.metaOrchSized.find(({ selectorText }) => element.matches(selectorText));
      const style = follows((element as HTMLElement).style) ? (element as HTMLElement).style : said?.style;
      if (!style) return null;
      // Another rule may have the last word.
      const [, number = "", unit = ""] = /^([\d.]+)(\w+)$/.exec(style.fontSize) ?? [];
      const side = { vw: innerWidth, vi: innerWidth, vh: innerHeight, vb: innerHeight }[unit];
      const base =
        side ?? (unit === "vmin" ? Math.min(innerWidth, innerHeight) : Math.max(innerWidth, innerHeight));
      const size = Number.parseFloat(getComputedStyle(element).fontSize);
      if (Math.abs(size - (Number(number) * base) / 100) > 0.5) return null;
      return `its size is ${style.fontSize} whatever the zoom`;
    },
  },
  {
    id: "passage-language",
    impact: "serious",
    tags: ["wcag312"],
    help: "A passage in another language says so",
    fix: 'Add lang to the passage, such as <p lang="fr">',
    selector: "p, li, blockquote, dd, td, h1, h2, h3",
    find(element, kit) {
      const declared = element.closest("[lang]")?.getAttribute("lang")?.toLowerCase().split("-")[0] ?? "";
      const frequent: Record<string, string> = {
        en: "the and of to is that for with you this are on not be have by from or which they was at we your an it in as",
        de: "der die und das ist nicht ein eine sie mit auf für dem den von zu im sich auch wird werden wir ihre oder als",
        fr: "le la les et des est une pour dans que vous sur pas avec par nous sont du au qui votre plus ce cette aux",
        es: "el los las y es una para que por con del se su no más como este esta sus al pero son tu lo",
        nl: "het een van en dat niet met voor op zijn te wordt aan ook deze bij uw als om maar naar wij hij zij",
        it: "il che di è una per con non del della le gli sono nel alla più questo questa anche dei delle si ha",
        pt: "o os que é uma para com não do da dos das em por mais como seu sua ao são você na no este",
      };
      if (!frequent[declared] || element.querySelector("[lang]") || element.closest("code, pre")) return null;
      const words =
        kit
          .text(element)
          .toLowerCase()
          .match(/\p{L}+/gu) ?? [];
      if (words.length < 8) return null;
      const share = (language: string) => {
        const known = new Set(frequent[language]?.split(" "));
        return words.filter((word) => known.has(word)).length / words.length;
      };
      const other = Object.keys(frequent).filter((language) => language !== declared);
      const best = other.reduce((one, two) => (share(two) > share(one) ? two : one));
      if (share(best) < 0.3 || share(declared) > 0.05) return null;
      return `"${kit.text(element).slice(0, 60)}" is in "${best}", and the page in "${declared}"`;
    },
  },
  {
    id: "language-mismatch",
    impact: "serious",
    tags: ["wcag311"],
    help: "The declared language is the language of the page",
    fix: "Correct lang on <html>, and mark passages in another language with lang",
    selector: "html[lang]",
    find(element) {
      const declared = (element.getAttribute("lang") ?? "").toLowerCase().split("-")[0] ?? "";
      const frequent: Record<string, string> = {
        en: "the and of to is that for it with you this are on not be have by from or which they was at we your",
        de: "der die und das ist nicht ein eine sie mit auf für dem den von zu im sich auch wird werden wir ihre oder als",
        fr: "le la les et des est une pour dans que vous sur pas avec par nous sont du au qui votre plus ce cette aux",
        es: "el los las y es una para que por con del se su no más como este esta sus al pero son tu lo",
        nl: "het een van en dat niet met voor op zijn te wordt aan ook deze bij uw als om maar naar wij hij zij",
        it: "il che di è una per con non del della le gli sono nel alla più questo questa anche dei delle si ha",
        pt: "o os que é uma para com não do da dos das em por mais como seu sua ao são você no na este",
        da: "og det er en at til af ikke på med for den som har de der et vi kan jeg fra din eller være",
        sv: "och det är en att till av inte på med för den som har de ett vi kan jag från din eller vara om",
      };
      if (!frequent[declared] || window.top !== window) return null;
      // Passages that declare a language of their own are not counted.
      const words: string[] = [];
      const walker = document.createTreeWalker(document.body ?? element, NodeFilter.SHOW_TEXT);
      while (walker.nextNode() && words.length < 4000) {
        const parent = walker.currentNode.parentElement;
        if (!parent || parent.closest("script, style, noscript, template, code, pre, [lang]") !== element)
          continue;
        words.push(...((walker.currentNode.textContent ?? "").toLowerCase().match(/\p{L}+/gu) ?? []));
      }
      if (words.length < 15) return null;
      const share = (language: string) => {
        const known = new Set(frequent[language]?.split(" "));
        return words.filter((word) => known.has(word)).length / words.length;
      };
      const own = share(declared);
      const [best, most] = Object.keys(frequent)
        .map((language) => [language, share(language)] as const)
        .reduce((first, second) => (second[1] > first[1] ? second : first));
      if (best === declared || most < 0.16 || most < 3 * own) return null;
      return `lang="${declared}", but ${Math.round(most * 100)} % of its words are frequent ones of "${best}"`;
    },
  },
];
