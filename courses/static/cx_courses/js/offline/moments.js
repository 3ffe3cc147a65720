/** A moment in the words of the page's language, on the reader's clock. */
export function dateTime(moment) {
  const timeZone = document.body.dataset.timeZone || undefined;
  const form = { dateStyle: "long", timeStyle: "short", timeZone };
  return new Intl.DateTimeFormat(document.documentElement.lang, form).format(new Date(moment));
}
