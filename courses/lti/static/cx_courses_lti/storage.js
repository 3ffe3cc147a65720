// Platform storage of LTI: the page of the platform keeps a value where this frame has no cookies.
// The link on the page before the sign-in gives it away; the form on the page after asks for it.
// Platforms name a frame also in their apps, where nothing answers: no need to wait for it there.
const WAIT_MS = 3000, WAIT_WITH_COOKIES_MS = 300;
const here = document.querySelector("[data-storage]");
const { target, origin, key, value } = here.dataset;

function platform() {
  const around = window.parent === window ? window.opener : window.parent;
  if (target === "_parent") return around;
  try {
    return around?.frames[target] ?? around;
  } catch {
    return around; // a page of another site has no frame of that name
  }
}

// What the platform answers, or nothing once it has taken too long. Only its own origin is heard.
function ask(subject, data, wait = WAIT_MS) {
  return new Promise((resolve) => {
    const message_id = `${Date.now()}-${Math.random()}`;
    setTimeout(resolve, wait);
    addEventListener("message", (event) => {
      const answer = event.data;
      const isOurs = answer?.subject === `${subject}.response` && answer.message_id === message_id;
      if (event.origin === origin && isOurs) resolve(answer);
    });
    try {
      platform().postMessage({ subject, message_id, key, ...data }, origin);
    } catch {
      resolve(); // no page around, or none that takes messages
    }
  });
}

function keepsCookies() {
  document.cookie = "cx_lti_probe=1; Secure; SameSite=None; Partitioned; Max-Age=60";
  return document.cookie.includes("cx_lti_probe=");
}

if (here.matches("a")) {
  await ask("lti.put_data", { value }, keepsCookies() ? WAIT_WITH_COOKIES_MS : WAIT_MS);
  location.replace(here.href);
} else {
  const answer = await ask("lti.get_data", {});
  if (typeof answer?.value === "string") {
    here.elements.stored.value = answer.value;
    ask("lti.put_data", { value: null }); // good once
  }
  here.submit();
}
