// Preloaded into a run of the command (NODE_OPTIONS=--import): sends the process a signal at its n-th HTTP exchange, so that a test
// can cut a run off at exactly this place. STOP_AT is "<before|after> <n> <what> <signal>": before the request goes out, or when its
// answer has come and nothing in the process has seen it yet; `what` is `exchange`, or a system of the sandbox whose writes count.
const [moment, at, what, signal] = (process.env.STOP_AT ?? '').split(' ');
const send = globalThis.fetch;
let seen = 0;

globalThis.fetch = async (url, options) => {
  const isOfSystem = (options?.method ?? 'GET') !== 'GET' && new URL(url).pathname.startsWith(`/${what}/`);
  const isHere = (what === 'exchange' || (isOfSystem && !isBatchOfReads(url, options))) && ++seen === Number(at);
  if (isHere && moment === 'before') process.kill(process.pid, signal);
  const answer = await send(url, options);
  if (isHere && moment === 'after') process.kill(process.pid, signal);
  return answer;
};

/** A `$batch` is a POST, and writes nothing where all that it holds are reads. */
function isBatchOfReads(url, { body }) {
  return new URL(url).pathname.endsWith('/$batch') && JSON.parse(body).requests.every(({ method }) => method === 'GET');
}
