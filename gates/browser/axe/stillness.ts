/// <reference lib="dom" />
/** Animations change what a rule sees between two looks (a fading text has a contrast of its own): end them first. */
import type { Frame } from "playwright-core";

/** An animation that goes on for ever and makes text blink or move. */
export interface Endless {
  selector: string;
  html: string;
  /** "opacity", "visibility" or "transform". */
  property: string;
}

/**
 * Brings every animation and transition of a frame to its end; endless ones are cancelled, and those that make
 * text blink or move are told. axe-core has to be in the frame. Never throws: a frame that goes away in the
 * meantime has no animations left.
 */
export async function endAnimations(frame: Frame): Promise<Endless[]> {
  const end = () => {
    const disturbing = (animation: Animation): { element: Element; property: string } | null => {
      const effect = animation.effect as KeyframeEffect | null;
      const element = effect?.target;
      if (!effect || !element || animation.playState !== "running" || effect.pseudoElement) return null;
      const said = ((element as HTMLElement).innerText ?? "").trim();
      const waits =
        "[aria-hidden=true], [role=progressbar], [role=status], [aria-busy=true], [class*=skeleton]";
      if (said.length < 3 || element.closest(waits) || !element.checkVisibility()) return null;
      const frames = effect.getKeyframes();
      const numbers = frames.map(({ opacity }) => Number(opacity)).filter((one) => Number.isFinite(one));
      if (numbers.length > 1 && Math.min(...numbers) <= 0.3 && Math.max(...numbers) >= 0.7) {
        return { element, property: "opacity" };
      }
      const hides = frames.some(({ visibility }) => visibility === "hidden");
      if (hides) return { element, property: "visibility" };
      const moves = frames.some(({ transform }) =>
        /translate(X|Y|3d)?\([^)]*(\d{2,}%|\d{3,}px)/.test(String(transform ?? "")),
      );
      return moves && said.length >= 10 ? { element, property: "transform" } : null;
    };
    // biome-ignore lint/suspicious/noExplicitAny: axe has no types for its inner parts
    const axe = (window as any).axe;
    const found: Endless[] = [];
    for (const animation of document.getAnimations?.() ?? []) {
      const time = animation.effect?.getComputedTiming().endTime;
      try {
        if (typeof time === "number" && Number.isFinite(time)) {
          animation.finish();
          continue;
        }
        const seen = disturbing(animation);
        if (seen) {
          axe.setup(document);
          const selector = [axe.utils.getSelector(seen.element)].flat().join(" >>> ");
          axe.teardown();
          found.push({ selector, html: seen.element.outerHTML.slice(0, 200), property: seen.property });
        }
      } catch {
        // Whatever it is, it must not go on.
      }
      animation.cancel();
    }
    const stops = /pause|stop|animation|motion/i;
    const button = [...document.querySelectorAll("button, [role=button], input[type=button]")].some((one) =>
      stops.test(`${one.textContent} ${one.getAttribute("aria-label")} ${(one as HTMLInputElement).value}`),
    );
    return button ? [] : found;
  };
  return frame.evaluate(end).catch(() => []);
}
