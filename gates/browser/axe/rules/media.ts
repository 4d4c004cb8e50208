/// <reference lib="dom" />
import type { OwnRule } from "./types.ts";

/** Sound, pictures that move, and what hides from those who cannot hear or see. */
export const MEDIA_RULES: OwnRule[] = [
  {
    id: "media-without-controls",
    impact: "serious",
    tags: ["wcag142", "wcag211"],
    help: "What plays by itself can be stopped",
    fix: "Add controls, or remove autoplay",
    // An <audio> without controls is not displayed; axe-core judges it by its own rule.
    selector: "video[autoplay]",
    find(element) {
      const media = element as HTMLMediaElement;
      if (media.controls || media.muted || media.hasAttribute("muted")) return null;
      if (Number.isFinite(media.duration) && media.duration > 0 && media.duration <= 3 && !media.loop)
        return null;
      // A fragment such as #t=8,10 bounds what is played.
      const part = /#t=([\d.]*),([\d.]+)/.exec(media.currentSrc || media.src);
      if (part && Number(part[2]) - Number(part[1] || 0) <= 3) return null;
      if ((media as unknown as { metaOrchSound?: boolean }).metaOrchSound === false) return null;
      const word = /pause|stop|mute|sound|volume|quiet/i;
      const buttons = [
        ...document.querySelectorAll("button, [role=button], input[type=button], input[type=range], a[href]"),
      ];
      const control = buttons.some((one) => {
        const shown = (one as HTMLElement).offsetWidth > 8 && getComputedStyle(one).visibility !== "hidden";
        const hidden = one.closest("[aria-hidden=true]") !== null;
        const label =
          one.getAttribute("aria-label") ??
          (one.textContent?.trim() || (one as HTMLInputElement).value || one.getAttribute("title"));
        return shown && !hidden && word.test(label ?? "");
      });
      return control ? null : `<${media.localName}> starts by itself and offers neither pause nor volume`;
    },
  },
  {
    id: "motion-without-pause",
    impact: "serious",
    tags: ["wcag222"],
    help: "What moves by itself for longer than five seconds can be stopped",
    fix: "Add controls or a button that pauses it, or do not start it by itself",
    selector: "video[autoplay], [data-ride=carousel], [data-bs-ride=carousel], marquee",
    find(element, kit) {
      if (!kit.shown(element)) return null;
      const box = element.getBoundingClientRect();
      if (box.width < 80 || box.height < 20) return null;
      if (element instanceof HTMLVideoElement) {
        // A fragment such as #t=8,10 bounds what is played.
        const part = /#t=([\d.]*),([\d.]+)/.exec(element.currentSrc || element.src);
        const seconds = part ? Number(part[2]) - Number(part[1] || 0) : element.duration;
        const goesOn = element.loop || !(seconds <= 5);
        if (element.controls || !goesOn || !/\S/.test(element.currentSrc || element.src)) return null;
      }
      if (
        element.querySelectorAll("[class*=item], [class*=slide]").length < 2 &&
        !element.matches("video, marquee")
      )
        return null;
      const word = /pause|stop|motion|animation|halt|anhalten|arrêter/i;
      const buttons = [
        ...document.querySelectorAll("button, [role=button], input[type=button], input[type=checkbox]"),
      ];
      if (buttons.some((one) => word.test(`${kit.name(one)} ${one.className}`))) return null;
      return `<${element.localName}> moves by itself, and nothing on the page pauses it`;
    },
  },
  {
    id: "video-without-captions",
    impact: "serious",
    tags: ["wcag122"],
    help: "A video with sound has captions",
    fix: 'Add <track kind="captions" srclang="en" src="….vtt">',
    selector: "video",
    find(element, kit) {
      const video = element as HTMLVideoElement;
      if (
        video.muted ||
        video.hasAttribute("muted") ||
        video.querySelector("track[kind=captions], track[kind=subtitles], track:not([kind])")
      )
        return null;
      if (!video.controls && !video.autoplay) return null;
      if (!(video as unknown as { metaOrchSound?: boolean }).metaOrchSound) return null;
      // A word about captions or a transcript nearby: a person has to look.
      if (/caption|subtitle|transcript|untertitel|sous-titre/i.test(kit.text(document.body))) return null;
      return "the video has sound and no track with captions";
    },
  },
];
