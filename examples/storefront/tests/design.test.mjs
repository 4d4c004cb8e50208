import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../public/css/tokens.css", import.meta.url), "utf8");
const [light = "", dark = ""] = css.split("@media (prefers-color-scheme: dark)");

/** @param {string} text @returns {Record<string, string>} */
const colours = (text) =>
  Object.fromEntries(
    [...text.matchAll(/--color-([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
  );

const schemes = { light: colours(light), dark: { ...colours(light), ...colours(dark) } };

/** Relative luminance, WCAG 2.2. @param {string} hex */
function luminance(hex) {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} a @param {string} b */
function contrast(a, b) {
  const [dim = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dim + 0.05);
}

const SURFACES = ["surface", "surface-raised", "surface-sunken", "sky"];
const TEXTS = ["text", "text-muted", "brand", "gain", "loss", "danger"];

for (const [scheme, palette] of Object.entries(schemes)) {
  test(`text is readable on every surface: ${scheme}`, () => {
    for (const surface of SURFACES) {
      for (const text of TEXTS) {
        const ratio = contrast(palette[text] ?? "", palette[surface] ?? "");
        assert.ok(ratio >= 4.5, `${text} on ${surface}: ${ratio.toFixed(2)}`);
      }
      assert.ok(contrast(palette.focus ?? "", palette[surface] ?? "") >= 3, `focus on ${surface}`);
    }
    assert.ok(contrast(palette["text-on-brand"] ?? "", palette.brand ?? "") >= 4.5);
    assert.ok(contrast(palette["text-on-brand"] ?? "", palette["brand-strong"] ?? "") >= 4.5);
    assert.ok(contrast(palette["border-strong"] ?? "", palette["surface-raised"] ?? "") >= 3);
    assert.ok(contrast(palette.text ?? "", palette["brand-soft"] ?? "") >= 4.5);
  });
}
