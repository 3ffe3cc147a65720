/* What a list of momentary ratings comes to, by each of four rules. Pure. */

export function measures(moments) {
  const sum = moments.reduce((total, moment) => total + moment, 0);
  const peak = Math.max(...moments);
  const end = moments.at(-1);
  return { peak, end, peakEnd: (peak + end) / 2, mean: sum / moments.length, sum };
}

/* The place of the larger of two values, 0 or 1; −1 when they are the same to one decimal. */
export function larger(first, second) {
  const difference = Math.round((second - first) * 10);
  if (difference === 0) return -1;
  return difference > 0 ? 1 : 0;
}
