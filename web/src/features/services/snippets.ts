import type { Tensor } from "@/api/predict";

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
    `  -d '${body(tensor)}'`,
  ].join("\n");
}

/** The request as a Python program without dependencies. */
export function pythonSnippet(url: string, tensor: Tensor): string {
  return [
    "import json, os, urllib.request",
    "",
    `rows = [${JSON.stringify(tensor.data)}]`,
    "request = urllib.request.Request(",
    `    "${url}",`,
    `    data=json.dumps({"inputs": [{"name": "${tensor.name}", "datatype": "${tensor.datatype}",`,
    `        "shape": [len(rows), ${tensor.shape.slice(1).join(", ")}], "data": sum(rows, [])}]}).encode(),`,
    "    headers={",
    `        "Authorization": "Bearer " + os.environ["TRINE_API_KEY"],`,
    `        "Content-Type": "application/json",`,
    "    },",
    ")",
    'print(json.load(urllib.request.urlopen(request))["outputs"])',
  ].join("\n");
}
