import { type DetailedError, Upload } from "tus-js-client";

/**
 * One file on its way to the server, part by part (app/files/tus.py). This module brings the tus client along, so it is
 * imported when somebody chooses a file and not before.
 */
export interface Told {
  progress(sent: number, total: number): void;
  whole(token: string): void;
  /** It stopped; `text` is what the server said, if it said anything to people. */
  stopped(text: string, isSignedOut: boolean): void;
}

export interface Moving {
  pause(): void;
  resume(): void;
  takeOff(): void;
}

const RETRY_AFTER_MS = [0, 1000, 3000, 6000, 12000];
// What passes by itself: no network, another request at the same file, a busy server.
const PASSING = new Set([0, 409, 423, 500, 502, 503, 504]);

class SignedOut extends Error {}

function formToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Send a file to `url` in parts of `part` bytes; the same file chosen again after a reload goes on where it stopped. */
export function move(file: File, url: string, part: number, told: Told): Moving {
  const upload = new Upload(file, {
    endpoint: url,
    chunkSize: part,
    retryDelays: RETRY_AFTER_MS,
    metadata: { filename: file.name },
    removeFingerprintOnSuccess: true,
    // The server answers scripts that are signed out with 401 instead of leading them to the sign-in page.
    onBeforeRequest: (request) => {
      request.setHeader("X-CSRFToken", formToken());
      request.setHeader("HX-Request", "true");
    },
    // Thrown here, it keeps the client from forgetting the upload: after signing in it goes on.
    onAfterResponse: (_request, response) => {
      if (response.getStatus() === 401) throw new SignedOut();
    },
    onShouldRetry: (error) => !isSignedOut(error) && PASSING.has(error.originalResponse?.getStatus() ?? 0),
    onProgress: (sent, total) => told.progress(sent, total ?? file.size),
    onSuccess: () => told.whole(upload.url?.split("/").pop() ?? ""),
    onError: (error) => told.stopped(saidBy(error), isSignedOut(error)),
  });
  void begin(upload);
  return {
    pause: () => void upload.abort(),
    resume: () => upload.start(),
    takeOff: () => void upload.abort(true).catch(() => undefined),
  };
}

async function begin(upload: Upload): Promise<void> {
  const [earlier] = await upload.findPreviousUploads();
  if (earlier) upload.resumeFromPreviousUpload(earlier);
  upload.start();
}

function isSignedOut(error: Error): boolean {
  return error instanceof SignedOut || (error as DetailedError).causingError instanceof SignedOut;
}

/** Refusals of a file are lines of text; pages of errors are not for this place. */
function saidBy(error: Error): string {
  const response = (error as DetailedError).originalResponse;
  return response?.getHeader("Content-Type")?.startsWith("text/plain") ? response.getBody() : "";
}
