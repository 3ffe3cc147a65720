// Verify credentials with embedded proofs: one JSON object a line in, `true` or the reason a line out.
// `node credentials.mjs <contexts.json>`, which holds every document that may be loaded, by its address.

import { createInterface } from "node:readline";
import { readFile } from "node:fs/promises";
import { DataIntegrityProof } from "@digitalcredentials/data-integrity";
import { cryptosuite } from "@digitalcredentials/eddsa-rdfc-2022-cryptosuite";
import * as vc from "@digitalcredentials/vc";

const documents = JSON.parse(await readFile(process.argv[2], "utf8"));

async function documentLoader(url) {
  const document = documents[url];
  if (!document) throw new Error(`not to be loaded: ${url}`);
  return { contextUrl: null, documentUrl: url, document };
}

for await (const line of createInterface({ input: process.stdin })) {
  const suite = new DataIntegrityProof({ cryptosuite });
  // The status list is for another verifier: this one is asked about the proof.
  const checkStatus = async () => ({ verified: true });
  try {
    const found = await vc.verifyCredential({ credential: JSON.parse(line), suite, documentLoader, checkStatus });
    const reasons = (found.results ?? []).map((one) => one.error?.message).concat(found.error?.errors?.map((one) => one.message));
    console.log(JSON.stringify(found.verified || (reasons.filter(Boolean).join("; ") || "refused")));
  } catch (error) {
    console.log(JSON.stringify(String(error.message)));
  }
}
