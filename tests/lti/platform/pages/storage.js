// What tools keep in a page of the platform (LTI postMessage Storage), apart for each origin.
const kept = new Map();
const subjects = ["lti.capabilities", "lti.put_data", "lti.get_data"];
window.seen = [];
addEventListener("message", ({data, origin, source}) => {
  window.seen.push({subject: data?.subject, origin});
  if (!subjects.includes(data?.subject)) return;
  const answer = {subject: data.subject + ".response", message_id: data.message_id};
  const name = JSON.stringify([origin, data.key]);
  if (data.subject === "lti.capabilities")
    answer.supported_messages = subjects.map((subject) => ({subject}));
  else if (!data.key) answer.error = {code: "bad_request", message: "no key"};
  else {
    if (data.subject === "lti.put_data") {
      if (data.value == null) kept.delete(name);
      else kept.set(name, data.value);
    }
    Object.assign(answer, {key: data.key, value: kept.get(name)});
  }
  source.postMessage(answer, origin);
});
