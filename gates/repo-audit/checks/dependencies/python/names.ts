/** Which package a module comes from: names that are the same, that look alike, and those that are neither. */
import data from "../../../data/python-packages.json" with { type: "json" };

const STANDARD = new Set(data.standard);
const GIVEN = new Set(data.given);
const PACKAGES = new Map(Object.entries(data.packages));
const LOADED = new Set(data.loaded);
/** Extensions of tools that are run, not imported. */
const LOADED_PATTERN =
  /^(?:types-|pytest|flake8|pylint|mypy|ruff|black|isort|sphinx|mkdocs|nvidia-|opentelemetry-|django-)|-stubs$|-plugin$/;

/** PEP 503: names compare without case, dots and underscores. */
export const packageName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

export const topOf = (module: string): string => module.split(".", 1)[0]!;

/** Part of Python, of whichever version, or there only inside another program. */
export const isStandard = (module: string): boolean =>
  STANDARD.has(topOf(module)) || GIVEN.has(topOf(module)) || GIVEN.has(module);

/** Drivers, servers and extensions that other packages load by a name in their settings, or because they are there. */
export const isLoadedByOthers = (name: string): boolean => LOADED.has(name) || LOADED_PATTERN.test(name);

/** Packages a module may come from, the likeliest first. */
export function packagesOf(module: string): string[] {
  const parts = module.split(".");
  for (let length = parts.length; length > 0; length -= 1) {
    const known = PACKAGES.get(parts.slice(0, length).join("."));
    if (known) return known;
  }
  return [packageName(parts[0]!)];
}

const squash = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "");
/** Shorter names are parts of too many others. */
const LEAST_ALIKE = 4;

/** What a package's name says of its kind, and its module's does not. */
const KIND = /^(?:python3?|py|django|flask|drf)-?|-?(?:python|py)$/g;

/** `cas` and python-cas, `corsheaders` and django-cors-headers: the same but for its kind, or one in the other. */
export function areAlike(module: string, name: string): boolean {
  const [a, b] = [squash(topOf(module)), squash(name)];
  if (a === b || a === squash(name.replace(KIND, ""))) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= LEAST_ALIKE && long.includes(short);
}

/** Modules by which a package is known to be imported, besides those that look like it. */
const MODULES = new Map<string, string[]>();
for (const [module, names] of PACKAGES)
  for (const name of names) MODULES.set(name, [...(MODULES.get(name) ?? []), module]);

export const modulesOf = (name: string): string[] => MODULES.get(name) ?? [];
