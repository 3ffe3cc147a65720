// A receiver of webhooks that trusts the standard's own library alone.
// Each line of standard input is a JSON list of the secrets it knows from now on. A call that one of
// them verifies is answered 204, any other 400 with the reason.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

let secrets = [];

function reason(body, headers) {
  let why = "no secret";
  for (const secret of secrets) {
    try {
      new Webhook(secret).verify(body, headers);
      return null;
    } catch (error) {
      why = error.message;
    }
  }
  return why;
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const why = reason(Buffer.concat(chunks).toString("utf8"), request.headers);
  response.writeHead(why === null ? 204 : 400).end(why ?? undefined);
});

createInterface({ input: process.stdin })
  .on("line", (line) => {
    secrets = JSON.parse(line);
    console.log("ready");
  })
  .on("close", () => server.close(() => process.exit(0)));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
