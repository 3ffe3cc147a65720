/* The attempt page: every response is saved as it is made, and none is ever lost on the way. */

import { Api } from "./api.js";
import { AttemptPage } from "./page.js";
import { enhance } from "./questions.js";
import { Queue, isTabAlive, nameTab } from "./queue.js";
import { openStorage } from "./storage.js";

const form = document.querySelector("#attempt");
const { attempt, user } = form.dataset;

const tab = await nameTab(attempt);
const queue = new Queue({ user, attempt, tab, storage: await openStorage() });
await queue.restore(isTabAlive);
await enhance(form);
new AttemptPage({ form, queue, api: new Api(form) }).start();
