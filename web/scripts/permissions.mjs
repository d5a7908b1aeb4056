// Writes src/api/permissions.ts, which role may do what, out of the API's description; with --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const document = JSON.parse(readFileSync(file("../../api/openapi.json"), "utf8"));
const roles = document.components.schemas.Role.enum;
const least = new Map();

for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
  const permissions = [operation["x-trine-permission"] ?? []].flat();
  if (permissions.length === 0) {
    continue;
  }
  const role = /which the role (\w+) and every stronger one has/.exec(operation.description)?.[1]?.toUpperCase();
  if (!roles.includes(role)) {
    throw new Error(`${operation.operationId} does not say which role has ${permissions}`);
  }
  permissions.forEach((permission) => least.set(permission, role));
}

const text = `// Made by \`npm run generate:api\` from api/openapi.json. Do not change it by hand.
import type { Role } from "./types";

/** The roles, the weakest first. */
export const ROLES = [${roles.map((role) => `"${role}"`).join(", ")}] as const satisfies readonly Role[];

/** The weakest role that has a permission; every stronger one has it too. */
export const LEAST_ROLE = {
${[...least]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([permission, role]) => `  "${permission}": "${role}",`)
  .join("\n")}
} as const satisfies Record<string, Role>;

export type Permission = keyof typeof LEAST_ROLE;
`;

const target = file("../src/api/permissions.ts");
if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
} else if (readFileSync(target, "utf8") !== text) {
  process.stderr.write("src/api/permissions.ts is not what api/openapi.json says: npm run generate:api\n");
  process.exitCode = 1;
}
