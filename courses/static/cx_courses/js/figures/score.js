/* The arithmetic of the Net Promoter Score and of its error. Pure. Shares are from 0 to 1, scores and
   margins in points. */

import { roundedRatio } from "./numbers.js";

const LAST_DETRACTOR = 6;
const LAST_PASSIVE = 8;
const Z = 1.96;

export function groupOf(rating) {
  if (rating <= LAST_DETRACTOR) return "detractors";
  return rating <= LAST_PASSIVE ? "passives" : "promoters";
}

/* Eleven counts, of the ratings 0 to 10, as three. */
export function grouped(counts) {
  const groups = { promoters: 0, passives: 0, detractors: 0 };
  counts.forEach((count, rating) => (groups[groupOf(rating)] += count));
  return groups;
}

/* What the replies come to, rounded once; null when nobody replied. `wholeFirst` is the score of
   somebody who rounds the shares before subtracting, `withoutPassives` (null when there are only
   passives) of somebody who leaves them out of the whole; `isExact` is false where the shares shown,
   each rounded, differ by another number than the score. */
export function npsOf({ promoters, passives, detractors }) {
  const all = promoters + passives + detractors;
  if (!all) return null;
  const some = promoters + detractors;
  const share = (count, decimals = 1) => roundedRatio(100 * count, all, decimals);
  return {
    all,
    promoters: share(promoters),
    passives: share(passives),
    detractors: share(detractors),
    score: roundedRatio(100 * (promoters - detractors), all, 1),
    wholeFirst: share(promoters, 0) - share(detractors, 0),
    isExact: Math.round(10 * (share(promoters) - share(detractors))) === roundedRatio(1000 * (promoters - detractors), all),
    withoutPassives: some ? roundedRatio(100 * (promoters - detractors), some, 1) : null,
  };
}

/* How much single replies vary: 1 counts for a promoter, 0 for a passive, −1 for a detractor. */
export function variance(promoters, detractors) {
  return promoters + detractors - (promoters - detractors) ** 2;
}

export function standardError(promoters, detractors, replies) {
  return 100 * Math.sqrt(variance(promoters, detractors) / replies);
}

/* In 95 of 100 random samples the score lies within this distance of the truth. */
export function margin(promoters, detractors, replies) {
  return Z * standardError(promoters, detractors, replies);
}

/* Of the difference of two independent scores. */
export function combined(first, second) {
  return Math.hypot(first, second);
}
