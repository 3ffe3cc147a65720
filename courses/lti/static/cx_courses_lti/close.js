// Tells the platform that registration is over, so that it closes this page. It reveals nothing.
const platform = window.opener ?? (window.parent === window ? null : window.parent);
platform?.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
