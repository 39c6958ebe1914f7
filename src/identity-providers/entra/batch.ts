import type { GraphAnswer, GraphRequest, Wait } from './client.js';
import { retryDelay } from './throttling.js';

/** Graph takes no more in one `$batch`. */
const size = 20;

interface BatchOptions {
  wait: Wait;
  /** Sends the members of one `$batch`; resolves to its answer. */
  send(members: readonly Record<string, unknown>[]): Promise<unknown>;
  onProgress?(done: number): void;
}

interface MemberAnswer {
  id?: string;
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Sends requests twenty at a time, and again those members that were throttled, after the longest wait that any of them was told. */
export async function sendInBatches(requests: readonly GraphRequest[], options: BatchOptions): Promise<GraphAnswer[]> {
  const answers = new Map<number, GraphAnswer>();
  for (let start = 0; start < requests.length; start += size) {
    let open = requests.slice(start, start + size).map((_, index) => start + index);
    for (let attempt = 0; open.length > 0; attempt++) {
      const answered = await sendOnce(open);
      const delays = new Map<number, number>();
      for (const index of open) {
        const { status = 0, headers = {}, body } = answered.get(String(index)) ?? {};
        const delay = retryDelay(status, headers, attempt);
        if (delay === undefined) answers.set(index, { status, body });
        else delays.set(index, delay);
      }
      options.onProgress?.(answers.size);
      open = [...delays.keys()];
      if (open.length > 0) await options.wait(Math.max(...delays.values()));
    }
  }
  return requests.map((_, index) => answers.get(index) ?? { status: 0, body: undefined });

  async function sendOnce(indices: readonly number[]): Promise<Map<string, MemberAnswer>> {
    const members = indices.map(index => {
      const { method, path, body } = requests[index] as GraphRequest;
      const content = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body };
      return { id: String(index), method, url: path, ...content };
    });
    const answer = (await options.send(members)) as { responses?: MemberAnswer[] } | undefined;
    return new Map((answer?.responses ?? []).map(member => [String(member.id), member]));
  }
}
