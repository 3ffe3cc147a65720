/* Chance that can be repeated: the same seed gives the same samples. Pure. */

const STEP = 0x6d2b79f5;

/* A generator of numbers from 0 up to 1 (Mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + STEP) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/* The score of a random sample of `replies` from a population with these shares. */
export function sampleScore(draw, { promoters, detractors, replies }) {
  let balance = 0;
  for (let reply = 0; reply < replies; reply += 1) {
    const at = draw();
    if (at < promoters) balance += 1;
    else if (at >= 1 - detractors) balance -= 1;
  }
  return (100 * balance) / replies;
}

/* The standard deviation of the values around 0, which is where differences without a cause lie. */
export function spread(values) {
  const squares = values.reduce((sum, value) => sum + value ** 2, 0);
  return values.length ? Math.sqrt(squares / values.length) : 0;
}
