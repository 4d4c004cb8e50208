/// <reference lib="dom" />
import type { OwnRule } from "./types.ts";

/** Forms: what each field is called, which belong together, what happens while one fills them in. */
export const FORM_RULES: OwnRule[] = [
  {
    id: "placeholder-as-label",
    impact: "serious",
    tags: ["wcag332", "wcag131"],
    help: "A field has a label that stays",
    fix: "Add <label for=…> with the text of the placeholder; keep the placeholder for an example, if at all",
    selector: "input[placeholder], textarea[placeholder]",
    find(element, kit) {
      const field = element as HTMLInputElement;
      if (!kit.shown(field) || /^(hidden|button|submit|reset|image)$/.test(field.type)) return null;
      const named = ["aria-label", "aria-labelledby", "title"].some((attribute) =>
        field.getAttribute(attribute)?.trim(),
      );
      if (named || [...(field.labels ?? [])].some((label) => label.textContent?.trim())) return null;
      return `the placeholder "${field.placeholder}" is its only label, and it disappears with the first letter`;
    },
  },
  {
    id: "placeholder-contrast",
    impact: "serious",
    tags: ["wcag143"],
    help: "A placeholder can be read",
    fix: "Give ::placeholder a colour with a contrast of 4.5:1 to the field, such as #595959 on white",
    selector: "input[placeholder], textarea[placeholder]",
    find(element, kit) {
      const field = element as HTMLInputElement;
      if (!kit.shown(field) || field.value !== "" || field.disabled || field.placeholder.trim() === "")
        return null;
      const own = getComputedStyle(field);
      const style = getComputedStyle(field, "::placeholder");
      const [back, front] = [kit.channels(own.backgroundColor), kit.channels(style.color)];
      // What is behind the field would have to be looked at.
      if (!back || !front || back[3] !== 1 || own.backgroundImage !== "none" || own.opacity !== "1")
        return null;
      const large = Number.parseFloat(style.fontSize) >= 24;
      const alpha = front[3]! * Number(style.opacity);
      const ratio = kit.contrast([...front.slice(0, 3), alpha], back);
      if (ratio >= (large ? 3 : 4.5) - 0.05) return null;
      return `the placeholder "${field.placeholder}" has a contrast of ${ratio.toFixed(2)}:1 with its field`;
    },
  },
  {
    id: "field-edge-contrast",
    impact: "moderate",
    tags: ["wcag1411"],
    help: "One sees where a field begins and ends",
    fix: "Give the border (or the background) of the field a contrast of 3:1 to what is around it, such as #767676 on white",
    selector: "input, textarea, select",
    find(element, kit) {
      const field = element as HTMLInputElement;
      const isText = /^(text|email|tel|password|search|number|date|url|textarea|select-one)$/.test(
        field.type,
      );
      if (!isText || !kit.shown(field) || field.disabled || field.readOnly || !field.parentElement)
        return null;
      /** The best contrast of an edge of a box with what is around the box; null where pictures decide. */
      const edgeOf = (box: Element): number | null => {
        const style = getComputedStyle(box);
        const around = box.parentElement ? kit.backOf(box.parentElement) : [255, 255, 255, 1];
        const own = kit.channels(style.backgroundColor);
        if (!around || !own || style.backgroundImage !== "none" || style.opacity !== "1") return null;
        if (style.boxShadow !== "none" || style.borderImageSource !== "none") return null;
        const inside = own[3] === 0 ? around : own;
        let best = kit.contrast(inside, around);
        for (const side of ["top", "right", "bottom", "left"]) {
          const value = (name: string) => style.getPropertyValue(`border-${side}-${name}`);
          if (/^(none|hidden)$/.test(value("style")) || Number.parseFloat(value("width")) < 0.5) continue;
          const color = kit.channels(value("color"));
          if (!color) return null;
          best = Math.max(best, kit.contrast(color, around));
        }
        return best;
      };
      const own = edgeOf(field);
      // Without any edge of its own it is known by something else, which a person has to look at.
      if (own === null || own >= 3 || own < 1.02) return null;
      const box = field.getBoundingClientRect();
      for (
        let at: HTMLElement | null = field.parentElement, steps = 0;
        at && steps < 3;
        at = at.parentElement, steps += 1
      ) {
        const around = at.getBoundingClientRect();
        if (around.height > box.height + 40 || around.width > box.width + 200) break;
        const edge = edgeOf(at);
        if (edge === null || edge >= 3) return null;
      }
      return `the edge of the field has a contrast of ${own.toFixed(2)}:1 with what is around it`;
    },
  },
  {
    id: "error-untied",
    impact: "moderate",
    tags: ["wcag331", "wcag131"],
    help: "What is wrong with a field is heard at the field",
    fix: "Give the message an id, and the field aria-describedby (or aria-errormessage) with that id",
    selector: "input[aria-invalid=true], select[aria-invalid=true], textarea[aria-invalid=true]",
    find(element, kit) {
      if (!kit.shown(element)) return null;
      const ids = ["aria-describedby", "aria-errormessage"].flatMap((name) =>
        (element.getAttribute(name) ?? "").split(/\s+/),
      );
      if (ids.some((id) => id !== "" && document.getElementById(id))) return null;
      const near = (element.closest("label") ?? element).parentElement;
      const message = near?.querySelector("[class*=error i], [class*=invalid i], [role=alert]");
      const label = (element as HTMLInputElement).labels?.[0];
      if (!message || message === element || label?.contains(message) || kit.text(message) === "")
        return null;
      return `"${kit.text(message).slice(0, 60)}" stands beside the field and is not tied to it`;
    },
  },
  {
    id: "label-orphan",
    impact: "moderate",
    tags: ["wcag131", "wcag332"],
    help: "A label belongs to a field",
    fix: "Make for= the id of the field, or put the field into the label",
    selector: "label",
    find(element, kit) {
      const label = element as HTMLLabelElement;
      const wanted = label.getAttribute("for");
      if (label.control || !kit.shown(label) || kit.text(label) === "") return null;
      if (wanted === null) {
        const form = label.closest("form, fieldset");
        const lost = form && !label.querySelector("*") && !label.id;
        const field = label.nextElementSibling;
        if (!lost || !field?.matches("input:not([type=hidden]), select, textarea")) return null;
        return `the label "${kit.text(label)}" stands beside a field but is not tied to it`;
      }
      const root = label.getRootNode() as Document | ShadowRoot;
      const target = root.getElementById(wanted);
      if (target && (target.localName.includes("-") || target.hasAttribute("role") || target.tabIndex >= 0))
        return null;
      return target
        ? `the label "${kit.text(label)}" points at <${target.localName} id="${wanted}">, which is not a field`
        : `the label "${kit.text(label)}" is for "${wanted}", and nothing on the page has that id`;
    },
  },
  {
    id: "choice-without-group",
    impact: "moderate",
    tags: ["wcag131"],
    help: "Choices that belong together have a common name",
    fix: "Put them into <fieldset><legend>The question</legend>…</fieldset>",
    selector: "input[type=radio][name], input[type=checkbox][name]",
    find(element, kit) {
      const field = element as HTMLInputElement;
      const scope = (field.form ?? document) as ParentNode;
      const group = [...scope.querySelectorAll<HTMLInputElement>(`input[type=${field.type}]`)].filter(
        (one) => one.name === field.name && kit.shown(one),
      );
      // Said once, at the first of them.
      if (group.length < 2 || group[0] !== field) return null;
      const around = field.closest("fieldset, [role=radiogroup], [role=group]");
      if (around && kit.name(around) !== "") return null;
      if (around?.querySelector("legend")?.textContent?.trim()) return null;
      return around
        ? `the group around the ${group.length} choices "${field.name}" has no name: nobody hears the question`
        : `the ${group.length} choices "${field.name}" are not grouped: nobody hears the question`;
    },
  },
  {
    id: "fieldset-without-legend",
    impact: "moderate",
    tags: ["wcag131"],
    help: "A fieldset says what its fields are about",
    fix: "Make <legend> its first child, with the common question",
    selector: "fieldset",
    find(element, kit) {
      if (/^(none|presentation)$/.test(element.getAttribute("role") ?? "")) return null;
      if (element.querySelectorAll("input:not([type=hidden]), select, textarea").length < 2) return null;
      if (element.querySelector("input[type=radio], input[type=checkbox]")?.closest("fieldset") === element) {
        // Reported by choice-without-group when the choices share a name.
        const names = [...element.querySelectorAll<HTMLInputElement>("input[name]")].map((one) => one.name);
        if (new Set(names).size < names.length) return null;
      }
      return kit.name(element) === "" ? "the fieldset has no legend" : null;
    },
  },
  {
    id: "autocomplete-missing",
    impact: "minor",
    tags: ["wcag135"],
    help: "A field about the person can be filled in by the browser",
    fix: 'Add the autocomplete value of the field, such as autocomplete="email"',
    selector: "input[type=email], input[type=tel], input[name], input[id]",
    find(element, kit) {
      const field = element as HTMLInputElement;
      if (!kit.shown(field) || field.hasAttribute("autocomplete") || field.form?.hasAttribute("autocomplete"))
        return null;
      if (!/^(text|email|tel|password)$/.test(field.type)) return null;
      const known: [RegExp, string][] = [
        [/^(e-?mail)([-_ ]?address)?$/i, "email"],
        [/^(tel|phone|telephone|mobile)([-_ ]?(no|number))?$/i, "tel"],
        [/^(first|given)[-_ ]?name$/i, "given-name"],
        [/^(last|family|sur)[-_ ]?name$/i, "family-name"],
        [/^full[-_ ]?name$/i, "name"],
        [/^(zip|post(al)?)[-_ ]?code$/i, "postal-code"],
      ];
      const said = [field.type === "email" || field.type === "tel" ? field.type : "", field.name, field.id];
      const value = known.find(([pattern]) => said.some((one) => pattern.test(one)))?.[1];
      return value ? `the field lacks autocomplete="${value}"` : null;
    },
  },
  {
    id: "submit-missing",
    impact: "moderate",
    tags: ["wcag322"],
    help: "A form has a button that sends it",
    fix: "Add <button>Send</button>",
    selector: "form",
    find(element, kit) {
      const form = element as HTMLFormElement;
      const fields = [...form.elements].filter(
        (one) => one.matches("input, select, textarea") && kit.shown(one),
      );
      if (fields.length < 2) return null;
      const buttons = [
        ...form.elements,
        ...form.querySelectorAll("input[type=image], [role=button], button"),
      ];
      if (
        buttons.some((one) =>
          one.matches("button, input[type=submit], input[type=image], input[type=button], [role=button]"),
        )
      ) {
        return null;
      }
      return `the form with ${fields.length} fields has no button`;
    },
  },
  {
    id: "change-navigates",
    impact: "serious",
    tags: ["wcag322"],
    help: "Choosing a value does not leave the page",
    fix: "Act on a button beside the field, not on its change",
    selector: "select, input",
    find(element, kit) {
      const away = /location\s*(\.href)?\s*=[^=]|location\.(assign|replace)|\.submit\(|window\.open/;
      const isChoice = element.matches("select, input[type=radio], input[type=checkbox]");
      for (const event of ["onchange", "onblur", "onfocus"]) {
        const said = element.getAttribute(event) ?? "";
        const heard = isChoice ? (kit.listens(element)[event.slice(2)] ?? "") : "";
        if (away.test(said) || /\bopen\(/.test(said) || away.test(heard))
          return `${event} leads away: "${(said || heard).trim().slice(0, 60)}"`;
      }
      return null;
    },
  },
  {
    id: "required-by-colour",
    impact: "moderate",
    tags: ["wcag141", "wcag332"],
    help: "Whether a field is required is said, not only painted",
    fix: 'Write "(required)" into the label and add the attribute required',
    selector: "form",
    find(element, kit) {
      const said = kit
        .text(element)
        .match(
          /(fields?|those|items?|labels?) (marked |shown |highlighted )?in (red|green|blue|bold|orange|colou?r)\b[^.]*(required|mandatory|compulsory)/i,
        );
      const other = kit
        .text(element)
        .match(
          /(required|mandatory|compulsory) fields? (are |is )?(marked |shown |highlighted )?in (red|green|blue|bold|orange|colou?r)/i,
        );
      const words = said?.[0] ?? other?.[0];
      return words ? `the form says "${words}"` : null;
    },
  },
];
