import { DefaultHttpStack, Upload } from "tus-js-client";
import type { HttpRequest, HttpStack } from "tus-js-client";
import { ApiError } from "./errors";
import { currentProject } from "./project";
import { accessToken } from "./session";
import type { Problem } from "./types";

/** Pieces of 8 MiB: small enough to lose little when the line breaks, large enough that requests do not count. */
const CHUNK_BYTES = 8 * 1024 * 1024;
/** Up to here the whole file's hash is promised beforehand; WebCrypto cannot hash in pieces, so more would fill the memory. */
const HASHED_BYTES = 256 * 1024 * 1024;

/** How an upload is watched and stopped. */
export interface UploadOptions {
  signal?: AbortSignal;
  onProgress?: (sentBytes: number, totalBytes: number) => void;
}

/**
 * Sends a file by tus 1.0 and returns the upload's id (`upl_…`). Each piece carries its SHA-256, the whole file's SHA-256 goes
 * into the metadata, and a file that was begun before is taken up where it stopped. From the moment the signal aborts, no more
 * of it is sent.
 *
 * @throws ApiError when the platform refuses; code `ABORTED` when the signal stopped it
 */
export async function uploadFile(file: File, options: UploadOptions = {}): Promise<string> {
  const metadata: Record<string, string> = { filename: file.name };
  const { signal } = options;
  const whole = file.size <= HASHED_BYTES ? await sha256(await file.arrayBuffer()) : null;
  if (whole !== null) {
    metadata.sha256 = hex(whole);
  }
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(stopped());
      return;
    }
    const upload = new Upload(file, {
      endpoint: "/api/v1/uploads",
      chunkSize: CHUNK_BYTES,
      retryDelays: [0, 1000, 3000, 5000, 10_000],
      removeFingerprintOnSuccess: true,
      metadata,
      httpStack: new CheckedStack(),
      onBeforeRequest: async (request) => {
        const token = await accessToken();
        if (token !== null) {
          request.setHeader("Authorization", `Bearer ${token}`);
        }
        const project = currentProject();
        if (project !== null) {
          request.setHeader("X-Trine-Project", project);
        }
      },
      onProgress: options.onProgress,
      onError: (error) => reject(asApiError(error)),
      onSuccess: () => resolve(uploadId(upload.url)),
    });
    signal?.addEventListener("abort", () => {
      void upload.abort();
      reject(stopped());
    });
    const start = () => {
      if (signal?.aborted !== true) {
        upload.start();
      }
    };
    void upload.findPreviousUploads().then(([previous]) => {
      if (previous !== undefined) {
        upload.resumeFromPreviousUpload(previous);
      }
      start();
    }, start);
  });
}

function stopped(): ApiError {
  return new ApiError({ status: 0, code: "ABORTED" });
}

/** Adds `Upload-Checksum` to every request that carries bytes of the file. */
class CheckedStack implements HttpStack {
  private readonly inner = new DefaultHttpStack({});

  createRequest(method: string, url: string): HttpRequest {
    const request = this.inner.createRequest(method, url);
    const send = request.send.bind(request);
    request.send = async (body: unknown) => {
      if (method === "PATCH" && body instanceof Blob) {
        const hash = await sha256(await body.arrayBuffer());
        if (hash !== null) {
          request.setHeader("Upload-Checksum", `sha256 ${btoa(String.fromCharCode(...hash))}`);
        }
      }
      return send(body);
    };
    return request;
  }

  getName(): string {
    return "CheckedStack";
  }
}

function uploadId(url: string | null): string {
  return url?.split("/").filter(Boolean).at(-1) ?? "";
}

/** WebCrypto is missing outside secure contexts; TLS or the loopback guards the bytes there instead. */
async function sha256(bytes: ArrayBuffer): Promise<Uint8Array | null> {
  const subtle = (crypto as Partial<Crypto>).subtle;
  return subtle === undefined ? null : new Uint8Array(await subtle.digest("SHA-256", bytes));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function asApiError(error: Error): ApiError {
  const response = (error as { originalResponse?: { getStatus(): number; getBody(): string } | null }).originalResponse;
  if (!response) {
    return new ApiError({ status: 0, code: "NETWORK", detail: error.message }, error);
  }
  const status = response.getStatus();
  try {
    return new ApiError({ ...(JSON.parse(response.getBody()) as Problem), status }, error);
  } catch {
    return new ApiError({ status, detail: error.message }, error);
  }
}
