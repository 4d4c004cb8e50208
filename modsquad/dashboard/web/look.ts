/** Light or dark, and which colours; remembered in this browser. */
export const THEMES = ["auto", "light", "dark"] as const;
export const PALETTES = ["default", "colour-blind"] as const;

export interface Look {
  theme: (typeof THEMES)[number];
  palette: (typeof PALETTES)[number];
}

const KEY = "meta-orch-look";
const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

export const look: Look = { theme: "auto", palette: "default" };

function apply(): void {
  const isDark = look.theme === "dark" || (look.theme === "auto" && dark.matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  document.documentElement.dataset.palette = look.palette;
  for (const listener of listeners) listener();
}

export function setLook(change: Partial<Look>): void {
  Object.assign(look, change);
  try {
    localStorage.setItem(KEY, JSON.stringify(look));
  } catch {
    // Private windows may refuse; the choice then holds until the page is closed.
  }
  apply();
}

/** What changes when colours change. */
export function lookName(): string {
  return `${document.documentElement.dataset.theme} ${look.palette}`;
}

export function startLook(listener: () => void): void {
  listeners.add(listener);
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Look>;
    if (kept.theme && THEMES.includes(kept.theme)) look.theme = kept.theme;
    if (kept.palette && PALETTES.includes(kept.palette)) look.palette = kept.palette;
  } catch {
    // What is kept there is not ours: the defaults do.
  }
  dark.addEventListener("change", apply);
  apply();
}
