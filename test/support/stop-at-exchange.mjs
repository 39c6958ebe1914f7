// Preloaded into a run of the command (NODE_OPTIONS=--import): sends the process a signal at its n-th HTTP exchange, so that a test
// can cut a run off at exactly this place. STOP_AT is "<before|after> <n> <exchange|write> <signal>": before the request goes out, or
// when its answer has come and nothing in the process has seen it yet; a write is an exchange whose method is not GET.
const [moment, at, kind, signal] = (process.env.STOP_AT ?? '').split(' ');
const send = globalThis.fetch;
let seen = 0;

globalThis.fetch = async (url, options) => {
  const isCounted = kind === 'exchange' || (options?.method ?? 'GET') !== 'GET';
  const isHere = isCounted && ++seen === Number(at);
  if (isHere && moment === 'before') process.kill(process.pid, signal);
  const answer = await send(url, options);
  if (isHere && moment === 'after') process.kill(process.pid, signal);
  return answer;
};
