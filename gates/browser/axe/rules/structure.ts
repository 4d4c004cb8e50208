/// <reference lib="dom" />
import type { OwnRule } from "./types.ts";

/** Structure: headings, lists and tables that only look like ones. */
export const STRUCTURE_RULES: OwnRule[] = [
  {
    id: "heading-fake",
    impact: "moderate",
    tags: ["wcag131"],
    help: "What looks like a heading is one",
    fix: "Use <h2> (or the level that fits) instead of bold text",
    selector: "p, div",
    find(element, kit) {
      const said = kit.text(element);
      if (
        said.length < 3 ||
        said.length > 80 ||
        /[.!?:;,]$/.test(said) ||
        element.closest(
          "h1,h2,h3,h4,h5,h6,[role=heading],a,button,label,table,li,nav,footer,header,figure,blockquote,form,dl",
        )
      ) {
        return null;
      }
      const inner = element.children.length === 1 ? element.firstElementChild : null;
      const holder = inner && kit.text(inner) === said ? inner : element;
      if (holder === element && element.children.length > 0) return null;
      if (
        !holder.matches("b, strong, span, font, p, div") ||
        element.querySelector("a, button, input, img, svg")
      )
        return null;
      const next = element.nextElementSibling;
      if (!next?.matches("p, ul, ol, table, dl") || kit.text(next).length < 40) return null;
      const style = getComputedStyle(holder);
      const below = getComputedStyle(next);
      const bold = Number(style.fontWeight) >= 600 && Number(below.fontWeight) < 600;
      const larger = Number.parseFloat(style.fontSize) >= 1.15 * Number.parseFloat(below.fontSize);
      // Once is emphasis; larger and bold, or bold in an element of its own with a paragraph below, is a heading.
      if (!bold || !(larger || holder.matches("b, strong"))) return null;
      return `"${said.slice(0, 50)}" stands above its text like a heading but is none`;
    },
  },
  {
    id: "dialog-without-focus",
    impact: "serious",
    tags: ["wcag243"],
    help: "A dialog that covers the page takes the focus",
    fix: "Open it with showModal(), or focus its first control (or its heading with tabindex=-1) when it opens",
    selector: "[aria-modal=true], dialog[open]",
    find(element, kit) {
      if (!kit.shown(element)) return null;
      const isModal = element.getAttribute("aria-modal") === "true" || element.matches(":modal");
      const { width, height } = element.getBoundingClientRect();
      if (!isModal || width * height < 10_000 || element.contains(document.activeElement)) return null;
      let over: Element | null = element;
      while (over && !/^(fixed|absolute)$/.test(getComputedStyle(over).position)) over = over.parentElement;
      if (!over) return null;
      return "the dialog is open, and the focus is still behind it";
    },
  },
  {
    id: "dialog-without-role",
    impact: "moderate",
    tags: ["wcag412"],
    help: "What lies over the page says that it is a dialog",
    fix: 'Use <dialog> with showModal(), or add role="dialog", aria-modal="true" and a name',
    // axe-core knows no selector that ignores case.
    selector:
      "[class*=modal], [class*=Modal], [class*=dialog], [class*=Dialog], [class*=popup], [class*=Popup], [class*=lightbox], [class*=Lightbox]",
    find(element, kit) {
      const style = getComputedStyle(element);
      if (style.position !== "fixed" || !kit.shown(element) || style.pointerEvents === "none") return null;
      const roles = "dialog, [role=dialog], [role=alertdialog]";
      if (element.closest(roles) || element.querySelector(roles)) return null;
      const { width, height } = element.getBoundingClientRect();
      if (width * height < 0.25 * innerWidth * innerHeight) return null;
      if (!element.querySelector("button, a[href], input, [role=button]") || kit.text(element).length < 3)
        return null;
      const front = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
      return front && element.contains(front)
        ? "it lies over the page like a dialog and has no such role"
        : null;
    },
  },
  {
    id: "list-fake",
    impact: "moderate",
    tags: ["wcag131"],
    help: "What looks like a list is one",
    fix: "Use <ul> or <ol> with <li>",
    selector: "p, div",
    find(element, kit) {
      const mark = /^\s*([-*•●▪·–]|\(?\d{1,2}[.)])\s+\S/;
      const lines = ((element as HTMLElement).innerText ?? "")
        .split("\n")
        .filter((line) => line.trim() !== "");
      const broken = element.querySelectorAll(":scope > br").length >= 2;
      if (broken && lines.length >= 3 && lines.filter((line) => mark.test(line)).length >= 3) {
        return `${lines.length} lines that begin with "${lines[0]?.trim().slice(0, 2)}" are held together by <br> only`;
      }
      if (!element.matches("p") || !mark.test(kit.text(element))) return null;
      if (element.previousElementSibling?.matches("p") && mark.test(kit.text(element.previousElementSibling)))
        return null;
      let count = 1;
      for (
        let next = element.nextElementSibling;
        next?.matches("p") && mark.test(kit.text(next));
        next = next.nextElementSibling
      ) {
        count += 1;
      }
      return count >= 3 ? `${count} paragraphs in a row begin with a bullet or number` : null;
    },
  },
  {
    id: "table-without-headers",
    impact: "serious",
    tags: ["wcag131"],
    help: "A data table has header cells",
    fix: 'Make the first row (and the first column) <th scope="col"> (<th scope="row">)',
    selector: "table",
    find(element, kit) {
      const table = element as HTMLTableElement;
      if (/^(none|presentation)$/.test(table.getAttribute("role") ?? "")) return null;
      if (table.querySelector("th, [scope], [headers], [role=columnheader], [role=rowheader], table"))
        return null;
      if (table.closest("table table") || table.rows.length < 2) return null;
      const rows = [...table.rows].map((row) => [...row.cells]);
      const width = rows[0]?.length ?? 0;
      if (width < 2 || rows.some((cells) => cells.length !== width)) return null;
      const cells = rows.flat();
      if (
        cells.some((cell) =>
          cell.querySelector("p, div, ul, ol, form, input, img, iframe, h1, h2, h3, select, button"),
        )
      )
        return null;
      const filled = cells.filter((cell) => kit.text(cell) !== "");
      const short = filled.every((cell) => kit.text(cell).length <= 60);
      if (!short || filled.length < cells.length * 0.75 || cells.length < 4) return null;
      const declared =
        table.caption ||
        table.tHead ||
        table.hasAttribute("summary") ||
        Number(table.getAttribute("border")) > 0;
      const ruled = cells.every((cell) => Number.parseFloat(getComputedStyle(cell).borderBottomWidth) > 0);
      const boldRow = rows[0]?.every(
        (cell) => Number(getComputedStyle(cell.querySelector("b, strong") ?? cell).fontWeight) >= 600,
      );
      const numbers = rows
        .slice(1)
        .flat()
        .filter((cell) => /^[-+£$€]?\s?\d[\d.,\s%]*$/.test(kit.text(cell))).length;
      if (!declared && !ruled && !boldRow && numbers < rows.length - 1) return null;
      return `the table of ${rows.length} rows and ${width} columns has no header cell`;
    },
  },
  {
    id: "table-layout-marked",
    impact: "minor",
    tags: ["wcag131"],
    help: "A table for layout does not pretend to hold data",
    fix: 'Lay the page out with CSS, or remove <th>, caption and summary and add role="presentation"',
    selector: "table[role=presentation], table[role=none]",
    find(element) {
      const data =
        element.querySelector(":scope > * > tr > th, :scope > caption") ??
        (element.hasAttribute("summary") ? element : null);
      return data
        ? `the presentational table has a ${data === element ? "summary" : `<${data.localName}>`}`
        : null;
    },
  },
  {
    id: "element-obsolete",
    impact: "minor",
    tags: ["best-practice"],
    help: "Only elements that HTML still has",
    fix: "Use CSS for looks, and the element that says what it is for meaning",
    selector: "font, center, big, strike, tt, basefont, acronym, dir, frameset, applet",
    find(element) {
      return `<${element.localName}> is no longer part of HTML`;
    },
  },
  {
    id: "image-text-vague",
    impact: "serious",
    tags: ["wcag111"],
    help: "The text of an image says what it shows",
    fix: 'Describe what the image tells in its place, or write alt="" when it tells nothing',
    selector: "img, [role=img], input[type=image], area[href]",
    find(element, kit) {
      const said = kit.name(element);
      if (said === "") return null;
      if (/^[\w\-. %/]+\.(jpe?g|png|gif|svg|webp|avif|bmp|tiff?|ico)$/i.test(said))
        return `"${said}" is the name of a file`;
      if (
        /^(image|img|picture|photo|photograph|graphic|graphics|icon|alt|alt text|alternative text|spacer|banner|untitled|placeholder|bild|foto|todo|tbd|null|undefined|\*|\.|-)$/i.test(
          said,
        )
      ) {
        return `"${said}" does not say what it shows`;
      }
      if (/^(DSC|IMG|DCIM|PICT?|P\d)[-_]?\d{3,}$/i.test(said))
        return `"${said}" is the name a camera gave it`;
      return said.length > 250
        ? `its text has ${said.length} characters; put a long description into the page`
        : null;
    },
  },
  {
    id: "image-text-wordy",
    impact: "minor",
    tags: ["best-practice"],
    help: "The text of an image does not say that it is an image",
    fix: "Begin with what it shows",
    selector: "img[alt]",
    find(element) {
      const said = element.getAttribute("alt") ?? "";
      const begins = /^(an? )?(image|picture|photo|photograph|graphic|icon) (of|showing)\b/i.exec(
        said.trim(),
      );
      return begins ? `it begins with "${begins[0]}", which a screen reader has said already` : null;
    },
  },
];
