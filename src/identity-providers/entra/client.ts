/** Waits, or throws where the run is stopped meanwhile. Milliseconds. */
export type Wait = (milliseconds: number) => Promise<void>;

/** Reads Microsoft Graph. Paths are relative to v1.0, `/applications/…`; one that begins with `/beta/` goes to beta. */
export interface GraphReader {
  /** Throws `GraphError`, or a permission error that names what is missing. */
  get<T>(path: string): Promise<T>;
  /** `undefined` where Graph answers 404. */
  find<T>(path: string): Promise<T | undefined>;
  /** All pages of a collection. */
  list<T>(path: string): Promise<T[]>;
  /** Sends independent reads in `$batch`es, as `batch` does, up to `few` (3) one by one; every refusal is left to the caller. */
  readTogether(paths: readonly string[], few?: number): Promise<GraphAnswer[]>;
  /** The URL that Graph itself has for an object, for references to it. */
  urlOf(path: string): string;
  /** How everybody here waits for what is not to be seen yet. */
  readonly wait: Wait;
}

/** A token that Graph does not accept any more, and what it says that the next one must fulfil (a claims challenge). */
export interface Refused {
  token: string;
  claims?: string | undefined;
}

export interface GraphRequest {
  method: 'POST' | 'PATCH' | 'DELETE' | 'GET';
  path: string;
  body?: unknown;
}

/** Answer of one request, or of a `$batch` as a whole. Header names in lower case. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Answer of a member of a `$batch`; status 0 where there was none in the end. */
export type GraphAnswer = Pick<Answer, 'status' | 'body'>;

/** Writes Microsoft Graph too. */
export interface GraphWriter extends GraphReader {
  /**
   * `creates`: done twice, it would leave two objects. It is then repeated only where Graph says that it did not happen (429); after
   * any other failure the caller looks for the object before it tries again.
   */
  post<T>(path: string, body: unknown, options?: { creates: boolean }): Promise<T>;
  patch(path: string, body: unknown): Promise<void>;
  delete(path: string): Promise<void>;
  /**
   * Sends independent requests of one kind in `$batch`es of at most 20, several at once; the answers come in the order of the
   * requests. Members that were throttled, or that Graph had trouble with, are repeated, and Graph may have carried such a one out all
   * the same: to read back, and to take "exists already" for done, is the caller's business, as every other status is.
   */
  batch(requests: readonly GraphRequest[], onProgress?: (done: number) => void): Promise<GraphAnswer[]>;
}

/** Graph refused: its own code and message (remote text), and its id of the request for Microsoft's support. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId?: string,
  ) {
    super(message);
  }
}
