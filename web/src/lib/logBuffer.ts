import type { LogEvent } from "@/api/types";
import type { LogLine } from "@/ui";

/** What of an output is kept, oldest line first. */
export interface LogView {
  lines: readonly LogLine[];
  /** How many lines before them are not kept any more. */
  dropped: number;
}

/** More than this a page does not keep: an output may go on for days. */
const MOST_LINES = 50_000;
/** Dropped so many at a time, since each time moves all that stay. */
const DROP_LINES = 10_000;
/** A line that never ends is broken here, in characters. */
const LONGEST_LINE = 100_000;

/** The lines of an output, out of pieces that cut them anywhere; the two streams may interleave. */
export class LogBuffer {
  readonly #lines: LogLine[] = [];
  readonly #most: number;
  readonly #drop: number;
  #dropped = 0;
  /** How far each stream is read, in bytes, so that a stream that begins again adds nothing twice. */
  readonly #read = new Map<string, number>();
  /** The last line of each stream while it has no line feed yet, counted from the very first line. */
  readonly #open = new Map<string, number>();

  constructor(most = MOST_LINES, drop = DROP_LINES) {
    this.#most = most;
    this.#drop = drop;
  }

  /** Takes one more piece; false when it holds nothing new. */
  append(piece: LogEvent): boolean {
    const source = `${piece.attempt}/${piece.stream}`;
    const end = piece.offset + new TextEncoder().encode(piece.text).length;
    if (end <= (this.#read.get(source) ?? 0)) {
      return false;
    }
    this.#read.set(source, end);
    const texts = piece.text.split("\n");
    const rest = texts.pop() ?? "";
    texts.forEach((text, index) => {
      this.#write(source, piece, index, text);
      this.#open.delete(source);
    });
    if (rest !== "") {
      this.#write(source, piece, texts.length, rest);
    }
    if (this.#lines.length > this.#most) {
      this.#dropped += this.#lines.splice(0, this.#lines.length - this.#most + this.#drop).length;
    }
    return true;
  }

  view(): LogView {
    return { lines: [...this.#lines], dropped: this.#dropped };
  }

  /** Goes on with the open line of a source, or begins one and leaves it open. */
  #write(source: string, piece: LogEvent, index: number, text: string): void {
    const at = (this.#open.get(source) ?? -1) - this.#dropped;
    const open = this.#lines[at];
    if (open !== undefined && open.text.length + text.length <= LONGEST_LINE) {
      this.#lines[at] = { ...open, text: open.text + text };
      return;
    }
    this.#open.set(source, this.#dropped + this.#lines.length);
    this.#lines.push({ key: `${source}/${piece.offset}/${index}`, stream: piece.stream, text });
  }
}
