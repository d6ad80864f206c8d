// Waiting for what another process brings about: asked again until it holds, with an end.

export const PATIENCE = 30000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// What `condition` gives, once it is true. `what` is said where it never is.
export async function until(what, condition, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const held = await condition();
    if (held) return held;
    if (Date.now() > end) throw new Error(`waited ${patience / 1000} s, and it did not come: ${what}`);
    await pause(100);
  }
}
