// Lint the OpenAPI document whose path is given with Redocly's recommended rules; print its findings as JSON.

import { readFile } from "node:fs/promises";
import { createConfig, lintFromString } from "@redocly/openapi-core";

const path = process.argv[2];
const config = await createConfig({ extends: ["recommended"] });
const source = await readFile(path, "utf8");
const found = await lintFromString({ source, absoluteRef: path, config });
console.log(JSON.stringify(found.map(({ ruleId, severity, message }) => ({ ruleId, severity, message }))));
