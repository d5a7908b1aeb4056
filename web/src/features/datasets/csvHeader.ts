/** The first bytes of a file are enough for its header. */
const HEAD_BYTES = 64 * 1024;

/** The column names of a CSV or gzipped CSV, read in the browser; none when it cannot be read. */
export async function headerOf(file: Pick<File, "name" | "stream">): Promise<string[]> {
  try {
    const gzip = file.name.endsWith(".gz");
    const stream = gzip ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file.stream();
    const reader = stream.getReader();
    const decoder = new TextDecoder();
    let text = "";
    while (text.length < HEAD_BYTES && !text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) {
        break;
      }
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
    return splitHeader(text.split(/\r?\n/)[0] ?? "");
  } catch {
    return [];
  }
}

/** Cuts a header line; quoted names may hold commas and doubled quotes. */
export function splitHeader(line: string): string[] {
  const names: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gy;
  const text = line.replace(/^\uFEFF/, "");
  if (text === "") {
    return names;
  }
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    names.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? "").trim());
    if (match[3] === "") {
      break;
    }
  }
  return names;
}

/** A dataset name out of a file name: `Digits 2024.csv.gz` becomes `digits-2024`. */
export function nameFrom(filename: string): string {
  return filename
    .replace(/(\.csv|\.tsv|\.gz|\.txt)+$/i, "")
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, "-")
    .replace(/^-+|-+$/g, "");
}
