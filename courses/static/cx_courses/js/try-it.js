/* Start Swagger UI with this site's description. Credentials stay in the page's memory. */

const place = document.querySelector("#try-it");
const { schema, csrf } = place.dataset;
const theme = document.documentElement.dataset.theme;
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

function paint() {
  const isDark = theme ? theme === "dark" : prefersDark.matches;
  document.documentElement.classList.toggle("dark-mode", isDark);
}

/* A person's session needs Django's token for everything that changes something. */
function withToken(request) {
  const isOurs = new URL(request.url, location.href).origin === location.origin;
  if (csrf && isOurs) request.headers["X-CSRFToken"] = csrf;
  return request;
}

/* The library's own is a link within a button; without it the button alone takes the focus. */
function plainText(system) {
  const DeepLink = ({ text }) => system.React.createElement("span", null, text);
  return { components: { DeepLink } };
}

/* The library leaves some controls without a name: take that of the parameter or the status. */
function nameControls() {
  for (const list of place.querySelectorAll("select:not([aria-label])")) {
    const name = list.closest("tr")?.querySelector(".parameter__name, .response-col_status");
    list.setAttribute("aria-label", name?.innerText ?? (list.id || "examples"));
  }
  for (const body of place.querySelectorAll(".body-param__text:not([aria-label])")) {
    body.setAttribute("aria-label", "body");
  }
  place.querySelector(".close-modal:not([aria-label])")?.setAttribute("aria-label", "Close");
}

paint();
new MutationObserver(nameControls).observe(place, { childList: true, subtree: true });
prefersDark.addEventListener("change", paint);
place.replaceChildren();
window.SwaggerUIBundle({
  domNode: place,
  url: schema,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  plugins: [plainText],
  syntaxHighlight: { theme: "obsidian" },
  validatorUrl: null,
  requestInterceptor: withToken,
});
