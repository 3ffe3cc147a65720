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

paint();
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
  validatorUrl: null,
  requestInterceptor: withToken,
});
