import type { Tensor } from "@/api/predict";
import { rowsOf } from "./signature";

const KEY = "$TRINE_API_KEY";

function body(tensor: Tensor): string {
  return JSON.stringify({ inputs: [tensor] });
}

/** The request as a command for the shell. */
export function curlSnippet(url: string, tensor: Tensor): string {
  return [
    `curl ${url} \\`,
    `  -H "Authorization: Bearer ${KEY}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${body(tensor).replaceAll("'", String.raw`'\''`)}'`,
  ].join("\n");
}

const PYTHON_WORDS: Partial<Record<string, string>> = { true: "True", false: "False", null: "None" };

/** A row of values as Python writes it. */
function pythonList(row: Tensor["data"]): string {
  const literals = row.map((value) => JSON.stringify(value)).map((json) => PYTHON_WORDS[json] ?? json);
  return `[${literals.join(", ")}]`;
}

/** The request as a Python program without dependencies. */
export function pythonSnippet(url: string, tensor: Tensor): string {
  return [
    "import json, os, urllib.request",
    "",
    "rows = [",
    ...rowsOf(tensor).map((row) => `    ${pythonList(row)},`),
    "]",
    "request = urllib.request.Request(",
    `    "${url}",`,
    `    data=json.dumps({"inputs": [{"name": ${JSON.stringify(tensor.name)}, "datatype": "${tensor.datatype}",`,
    `        "shape": [${["len(rows)", ...tensor.shape.slice(1)].join(", ")}], "data": sum(rows, [])}]}).encode(),`,
    "    headers={",
    `        "Authorization": "Bearer " + os.environ["TRINE_API_KEY"],`,
    `        "Content-Type": "application/json",`,
    "    },",
    ")",
    'print(json.load(urllib.request.urlopen(request))["outputs"])',
  ].join("\n");
}
