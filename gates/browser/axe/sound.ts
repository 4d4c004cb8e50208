/// <reference lib="dom" />
/** Whether a video or audio has sound: a muted copy is played for a moment, since nothing else tells. */
import type { Frame } from "playwright-core";

/** Runs in the page: leaves the answer on each element, for the rules about media. */
async function listen(): Promise<number> {
  type Heard = HTMLMediaElement & { webkitAudioDecodedByteCount?: number; metaOrchSound?: boolean };
  const all = [...document.querySelectorAll<Heard>("video, audio")].slice(0, 4);
  await Promise.all(
    all.map(async (media) => {
      const copy = media.cloneNode(true) as Heard;
      copy.muted = true;
      copy.autoplay = false;
      const until = performance.now() + 1200;
      await copy.play().catch(() => undefined);
      while (performance.now() < until && copy.currentTime < 0.25)
        await new Promise((done) => setTimeout(done, 30));
      if (copy.currentTime > 0) media.metaOrchSound = (copy.webkitAudioDecodedByteCount ?? 0) > 0;
      copy.pause();
      copy.removeAttribute("src");
      copy.load();
    }),
  );
  return all.length;
}

/** Never throws: what cannot be played stays unknown. Costs nothing where there are no media. */
export async function probeSound(frame: Frame): Promise<void> {
  await frame.evaluate(listen).catch(() => undefined);
}
