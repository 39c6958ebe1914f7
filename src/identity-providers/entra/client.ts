/** Reads Microsoft Graph. Paths are relative to the version: `/applications/…`. */
export interface GraphReader {
  /** Throws `GraphError`. */
  get<T>(path: string): Promise<T>;
  /** `undefined` where Graph answers 404. */
  find<T>(path: string): Promise<T | undefined>;
  /** All pages of a collection. */
  list<T>(path: string): Promise<T[]>;
}

export interface GraphRequest {
  method: 'POST' | 'PATCH' | 'DELETE' | 'GET';
  path: string;
  body?: unknown;
}

export interface GraphAnswer {
  status: number;
  body: unknown;
}

/** Writes Microsoft Graph too. */
export interface GraphWriter extends GraphReader {
  post<T>(path: string, body: unknown): Promise<T>;
  patch(path: string, body: unknown): Promise<void>;
  delete(path: string): Promise<void>;
  /**
   * Sends independent requests in `$batch`es of at most 20; the answers come in the order of the requests. Throttled members (429, 503)
   * are repeated; every other status is the caller's to judge.
   */
  batch(requests: readonly GraphRequest[], onProgress?: (done: number) => void): Promise<GraphAnswer[]>;
}

/** Graph refused: its own code and message, and which permission would help where that is known. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
